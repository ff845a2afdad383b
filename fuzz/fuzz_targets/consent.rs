#![no_main]
//! consent.toml: of every file that can be read, a choice can be put into each of its tables and into a new one. What is read
//! then is what was chosen, of all other tables what it was, and what else the user wrote is there as it was.

use candor_wire::Timestamp;
use declared::IdentityMode;
use edit::{Edit, IdentityEdit, with_choice};
use file::{ALL, choices, is_table_name};
use level::Level;

#[path = "../../crates/candor/src/regular_file.rs"]
#[allow(dead_code, reason = "no file is read here")]
mod regular_file;
#[path = "../../crates/candor/src/text.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod text;

#[path = "../../crates/candor/src/consent/edit.rs"]
mod edit;
#[path = "../../crates/candor/src/consent/file.rs"]
#[allow(dead_code, reason = "no file is read here")]
mod file;
#[path = "../../crates/candor/src/declared/identity_mode.rs"]
#[allow(dead_code, reason = "not every mode can be chosen")]
mod identity_mode;
#[path = "../../crates/candor/src/consent/level.rs"]
#[allow(dead_code, reason = "nothing is recorded here")]
mod level;

mod declared {
    pub use crate::identity_mode::IdentityMode;
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let before = match choices(text) {
        Ok(before) => before,
        Err(error) => return drop(error.to_string()),
    };
    let since = Timestamp::from_micros(1_795_312_800_500_000);
    let mut names: Vec<&str> = before.iter().take(4).map(|(name, _)| &**name).collect();
    names.extend([ALL, "inventory", "a.b"]);
    for (name, level) in names.into_iter().zip(Level::ALL.iter().cycle()) {
        assert!(is_table_name(name));
        for (identity, expected) in [
            (IdentityEdit::Keep, before.iter().find(|(of, _)| of == name).and_then(|(_, choice)| choice.identity)),
            (IdentityEdit::Remove, None),
            (IdentityEdit::Set(IdentityMode::Rotating), Some(IdentityMode::Rotating)),
        ] {
            let edit = Edit { level: *level, since, identity };
            let edited = with_choice(text, name, &edit);
            let after = choices(&edited).expect("what was written can be read");
            let (of, chosen) = after.iter().find(|(of, _)| of == name).expect("the choice is there");
            assert_eq!((chosen.level, chosen.since, chosen.identity), (*level, Some(since), expected), "{of}");
            let others = |choices: &[(String, _)]| choices.iter().filter(|(of, _)| of != name).cloned().collect::<Vec<_>>();
            assert_eq!(others(&after), others(&before));
            assert_eq!(with_choice(&edited, name, &edit), edited, "the same choice again changes nothing");
            // The last line gets an end where it has none.
            let lines = |text| str::lines(text).map(|line| line.trim_end_matches('\r'));
            let mut left = lines(&edited);
            for line in lines(text).filter(|line| line.trim().is_empty() || line.trim().starts_with(['#', '['])) {
                assert!(left.any(|kept| kept == line), "{line:?} is gone");
            }
        }
    }
});
