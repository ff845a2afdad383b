//! A backtrace of the standard library, read from its full text: that is the only stable way to what it knows.
//!
//! ```text
//!   15:     0x55f3c7406b00 - fixture::fetch::hd99f4358db5c2cb1
//!                                at /src/fixture.rs:130:20
//!   16:                0x0 - <unknown>
//! ```
//!
//! The format is not promised. Lines of another form are passed over, and then there are fewer frames, or less in them;
//! the tests look at what the compiler at hand writes.

/// One call, the names as they are in the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Call {
    /// Where it goes on when what it called returns.
    pub(super) address: u64,
    pub(super) symbol: Option<String>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
}

/// The calls that a backtrace tells of: the innermost first.
pub(super) fn read(text: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines().map(unindented) {
        if let Some(place) = line.strip_prefix("at ") {
            let call = calls.last_mut().filter(|call| call.file.is_none());
            if let (Some(call), Some((file, line))) = (call, place_of(place)) {
                (call.file, call.line) = (Some(file.to_owned()), Some(line));
            }
        } else if let Some(call) = call_of(line) {
            calls.push(call);
        }
    }
    calls
}

fn call_of(line: &str) -> Option<Call> {
    let (number, rest) = line.split_once(':')?;
    number.parse::<u32>().ok()?;
    let (address, symbol) = unindented(rest).strip_prefix("0x")?.split_once(' ')?;
    let symbol = symbol.strip_prefix("- ")?;
    Some(Call {
        address: u64::from_str_radix(address, 16).ok()?,
        symbol: (symbol != "<unknown>").then(|| symbol.to_owned()),
        ..Call::default()
    })
}

fn unindented(line: &str) -> &str {
    line.bytes().position(|byte| byte != b' ').map_or("", |at| &line[at..])
}

/// `/src/fixture.rs:130:20` as file and line; the column may be missing, and a path may have colons.
fn place_of(place: &str) -> Option<(&str, u32)> {
    let (before, last) = place.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match before.rsplit_once(':').map(|(file, line)| (file, line.parse::<u32>())) {
        Some((file, Ok(line))) => Some((file, line)),
        _ => Some((before, last)),
    }
}

#[cfg(test)]
mod tests {
    use std::backtrace::Backtrace;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn calls_are_read_with_their_places_or_without() {
        let text = "   0:     0x55f3c7406b00 - fixture::fetch::hd99f\n                               at /a b/c:\\fixture.rs:130:20\n   1:     0x55f3c7406c00 - <unknown>\n  2: 0x7f - clone3\n            at ./clone3.S:81\nsomething else\n";
        let call = |address, symbol: &str, place: Option<(&str, u32)>| Call {
            address,
            symbol: (!symbol.is_empty()).then(|| symbol.to_owned()),
            file: place.map(|(file, _)| file.to_owned()),
            line: place.map(|(_, line)| line),
        };
        let expected = [
            call(0x55f3_c740_6b00, "fixture::fetch::hd99f", Some(("/a b/c:\\fixture.rs", 130))),
            call(0x55f3_c740_6c00, "", None),
            call(0x7f, "clone3", Some(("./clone3.S", 81))),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn the_standard_librarys_own_text_is_understood() {
        let calls = read(&format!("{:#}", Backtrace::force_capture()));
        let own = calls.iter().find(|call| {
            call.symbol.as_deref().is_some_and(|symbol| symbol.contains("the_standard_librarys_own_text_is_understood"))
        });
        let own = own.expect("this test is among the calls");
        assert!(own.address > 0 && own.line.is_some());
        assert!(own.file.as_deref().is_some_and(|file| file.ends_with("crash/trace.rs")), "{own:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "([0-9]{0,3}:? *0x[0-9a-f]{0,20} - \\PC{0,10}\n|at \\PC{0,10}:[0-9]{0,12}\n|\\PC{0,20}\n){0,5}") {
            let _ = read(&text);
        }
    }
}
