//! A choice into the text of a `consent.toml`, which stays as its user wrote it but for that.

use candor_wire::Timestamp;

use super::{Level, file::table_name};
use crate::declared::IdentityMode;

/// What is to stand in a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    pub(crate) level: Level,
    pub(crate) since: Timestamp,
    pub(crate) identity: IdentityEdit,
}

/// What becomes of the identity mode in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityEdit {
    Keep,
    Remove,
    Set(IdentityMode),
}

/// The text with this choice in the table of this name, which is added at the end where there is none. The text must be one
/// that can be read, so that every line is what it looks like.
pub(crate) fn with_choice(text: &str, table: &str, edit: &Edit) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
        last.push('\n');
    }
    let start = lines.iter().position(|line| table_name(line) == Some(table)).unwrap_or_else(|| {
        if !lines.is_empty() {
            lines.push("\n".to_owned());
        }
        lines.push(if table.contains('.') { format!("[\"{table}\"]\n") } else { format!("[{table}]\n") });
        lines.len() - 1
    });
    set(&mut lines, start, "level", edit.level.as_str());
    set(&mut lines, start, "since", &edit.since.to_string());
    match edit.identity {
        IdentityEdit::Keep => {}
        IdentityEdit::Remove => {
            if let Some(at) = key_line(&lines, start, "identity") {
                lines.remove(at);
            }
        }
        IdentityEdit::Set(mode) => set(&mut lines, start, "identity", mode.as_str()),
    }
    lines.concat()
}

/// Gives a key of the table that begins at this line a value: where it stands, or behind the last key of the table.
fn set(lines: &mut Vec<String>, start: usize, key: &str, value: &str) {
    if let Some(at) = key_line(lines, start, key) {
        lines[at] = with_value(&lines[at], value);
        return;
    }
    let last = table(lines, start).rev().find(|at| key_of(&lines[*at]).is_some()).unwrap_or(start);
    lines.insert(last + 1, format!("{key} = \"{value}\"\n"));
}

/// The lines of a table, behind its name.
fn table(lines: &[String], start: usize) -> std::ops::Range<usize> {
    let behind = start + 1;
    let next = lines[behind..].iter().position(|line| table_name(line).is_some());
    behind..next.map_or(lines.len(), |next| behind + next)
}

fn key_line(lines: &[String], start: usize, key: &str) -> Option<usize> {
    table(lines, start).find(|at| key_of(&lines[*at]) == Some(key))
}

fn key_of(line: &str) -> Option<&str> {
    let line = line.trim();
    let (key, _) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    Some(key.trim())
}

/// The line with another value between its first two quotes; what stands behind them stays.
fn with_value(line: &str, value: &str) -> String {
    let mut pieces = line.splitn(3, '"');
    let before = pieces.next().unwrap_or_default();
    let behind = pieces.nth(1).unwrap_or("\n");
    format!("{before}\"{value}\"{behind}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use proptest::prelude::*;

    use super::*;
    use crate::consent::file::choices;

    fn off(identity: IdentityEdit) -> Edit {
        Edit { level: Level::Off, since: Timestamp::parse("2026-11-22T01:54:59Z").unwrap(), identity }
    }

    #[test]
    fn a_choice_in_an_empty_file_is_a_table() {
        assert_eq!(
            with_choice("", "inventory", &off(IdentityEdit::Set(IdentityMode::None))),
            "[inventory]\nlevel = \"off\"\nsince = \"2026-11-22T01:54:59.000Z\"\nidentity = \"none\"\n"
        );
        assert!(with_choice("", "a.b", &off(IdentityEdit::Keep)).starts_with("[\"a.b\"]\n"));
    }

    #[test]
    fn what_else_the_user_wrote_stays_as_it_is() {
        let before = "# mine\r\n[all]\r\nlevel = \"errors\" # everywhere\r\n\n[ \"inventory\" ] # a tool\n  level=\"stats\"#yes\n\
                      # about the next one\n\n[other]\nlevel = \"local\"\nidentity = \"none\"";
        let after = "# mine\r\n[all]\r\nlevel = \"errors\" # everywhere\r\n\n[ \"inventory\" ] # a tool\n  level=\"off\"#yes\n\
                     since = \"2026-11-22T01:54:59.000Z\"\n# about the next one\n\n[other]\nlevel = \"local\"\nidentity = \"none\"\n";
        assert_eq!(with_choice(before, "inventory", &off(IdentityEdit::Keep)), after);
        let other = with_choice(after, "other", &off(IdentityEdit::Remove));
        assert!(other.ends_with("[other]\nlevel = \"off\"\nsince = \"2026-11-22T01:54:59.000Z\"\n"), "{other}");
        assert!(other.starts_with(&after[..after.find("[other]").unwrap()]));
    }

    proptest! {
        #[test]
        fn a_file_that_can_be_read_says_what_was_chosen_and_of_all_others_what_it_said(
            text in "((#[a-c =\"\\[\\]]{0,6}\n|\n){0,2}\\[ ?[a-h] ?\\]( #\\[a\\])?\n(\n|#=\n)?(identity = \"none\"\n)?level=\"(off|stats)\"( #[a-c=\"]{0,4})?\n){0,3}#?",
            table in "[a-d]",
        ) {
            if let Ok(before) = choices(&text) {
                let after = choices(&with_choice(&text, &table, &off(IdentityEdit::Set(IdentityMode::Rotating)))).unwrap();
                for (name, choice) in &after {
                    if *name == table {
                        prop_assert_eq!((choice.level, choice.identity), (Level::Off, Some(IdentityMode::Rotating)));
                    } else {
                        prop_assert!(before.contains(&(name.clone(), *choice)));
                    }
                }
                let is_new = before.iter().all(|(name, _)| *name != table);
                prop_assert_eq!(after.len(), before.len() + usize::from(is_new));
            }
        }
    }
}
