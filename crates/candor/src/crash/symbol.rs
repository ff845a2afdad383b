//! Names of functions, the same in every build of the same source.

/// The crates of Rust itself.
const STD: &[&str] =
    &["std", "core", "alloc", "proc_macro", "test", "compiler_builtins", "panic_unwind", "panic_abort", "__rustc"];

/// The name of a function without what differs from build to build: the hash of its symbol (`::h0123…`), those of crates
/// (`std[0123…]`), the numbers of closures, and the types that it was made for (`::<u32>`).
pub(super) fn plain(symbol: &str) -> String {
    let symbol = without_hash(symbol);
    let mut name = String::with_capacity(symbol.len());
    let mut rest = symbol;
    while let Some(at) = rest.find(['[', '{', '<']) {
        let (before, from) = rest.split_at(at);
        name.push_str(before);
        rest = match from.as_bytes()[0] {
            b'[' => match crate_hash(from) {
                Some(behind) => behind,
                None => kept(&mut name, from),
            },
            b'{' => match numbered(from) {
                Some((what, behind)) => {
                    name.push_str("{{");
                    name.push_str(what);
                    name.push_str("}}");
                    behind
                }
                None => kept(&mut name, from),
            },
            _ if name.ends_with("::") && !from.starts_with("<impl ") => match closing(from) {
                Some(end) => {
                    name.truncate(name.len() - "::".len());
                    &from[end + 1..]
                }
                None => kept(&mut name, from),
            },
            _ => kept(&mut name, from),
        };
    }
    name.push_str(rest);
    unwrapped(without_types(name))
}

/// Stands between a type and its trait.
const AS: &str = " as ";

/// The crate whose function this is, and whether it is other than Rust's own. `None` where the name does not say it: a
/// function of C.
pub(super) fn package(name: &str) -> Option<(&str, bool)> {
    let of = |package| (package, !STD.contains(&package));
    let Some(inside) = name.strip_prefix('<').and_then(|_| Some(&name[1..closing(name)?])) else {
        return root(name).map(of);
    };
    // A trait of one crate for a type of another is in the crate that is not Rust's own.
    let (own, implemented) = find(inside, AS).map_or((inside, ""), |at| (&inside[..at], &inside[at + AS.len()..]));
    let roots = [own, implemented].into_iter().filter_map(root).map(of);
    roots.reduce(|first, second| if first.1 { first } else { second })
}

/// The first name of a type's path, without `&mut dyn ` and brackets before it.
fn root(path: &str) -> Option<&str> {
    let path = &path[path.bytes().position(|byte| !b"&*[( ".contains(&byte))?..];
    let path = ["mut ", "dyn ", "const "].iter().fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let end = path.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_' && byte < 0x80)?;
    path[end..].starts_with("::").then(|| &path[..end])
}

/// Where a word stands in a text. The standard library's way is made for long texts, and weighs more than this module.
pub(super) fn find(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|window| window == word.as_bytes())
}

fn kept<'s>(name: &mut String, from: &'s str) -> &'s str {
    name.push_str(&from[..1]);
    &from[1..]
}

fn without_hash(symbol: &str) -> &str {
    let is_hash = |hash: &str| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let split = symbol.len().checked_sub("::h0123456789abcdef".len()).filter(|at| symbol.is_char_boundary(*at));
    let (name, end) = symbol.split_at(split.unwrap_or(symbol.len()));
    if end.strip_prefix("::h").is_some_and(is_hash) { name } else { symbol }
}

/// What follows `[e28293b1aa0f68bd]`; arrays have numbers and types in their brackets.
fn crate_hash(from: &str) -> Option<&str> {
    let (hash, behind) = from[1..].split_once(']')?;
    (hash.len() >= 8 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then_some(behind)
}

/// `closure` and what follows, of `{closure#0}`.
fn numbered(from: &str) -> Option<(&str, &str)> {
    let (inside, behind) = from[1..].split_once('}')?;
    let (what, number) = inside.rsplit_once('#')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some((what, behind))
}

/// `index` of `index<u32, usize>`, which is all that is known of an inlined function where there are only tables of lines.
fn without_types(mut name: String) -> String {
    if let Some(at) = name.find('<').filter(|at| *at > 0 && find(&name[..*at], "::").is_none()) {
        name.truncate(at);
    }
    name
}

/// Where the bracket that the text begins with is closed. An arrow closes nothing.
fn closing(from: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = 0;
    for (at, byte) in from.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' if before != b'-' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        before = byte;
    }
    None
}

/// `<fetch::Client>::get` as `fetch::Client::get`, which is how older symbols have it.
fn unwrapped(name: String) -> String {
    match closing(&name).filter(|_| name.starts_with('<')) {
        Some(end) if find(&name[..end], AS).is_none() && !name[1..end].starts_with(['[', '(', '&', '*']) => {
            format!("{}{}", &name[1..end], &name[end + 1..])
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_function_is_called_the_same_in_every_build() {
        for (symbol, name) in [
            ("fixture::fetch::h0123456789abcdef", "fixture::fetch"),
            ("m::main::{{closure}}::hf29a723ed4dd7e8a", "m::main::{{closure}}"),
            ("fixture[e28293b1aa0f68bd]::main::{closure#0}", "fixture::main::{{closure}}"),
            ("<std[e28293b1aa0f68bd]::backtrace::Backtrace>::create", "std::backtrace::Backtrace::create"),
            ("std[e2]::sys[0123456789abcdef]::go::<std[e28293b1aa0f68bd]::x::{closure#0}, !>", "std[e2]::sys::go"),
            (
                "core::slice::index::<impl core::ops::Index<I> for [T]>::index::h0123456789abcdef",
                "core::slice::index::<impl core::ops::Index<I> for [T]>::index",
            ),
            (
                "<alloc::vec::Vec<T,A> as core::ops::Index<I>>::index",
                "<alloc::vec::Vec<T,A> as core::ops::Index<I>>::index",
            ),
            ("a::call::<fn() -> u32>::{closure#12}", "a::call::{{closure}}"),
            ("<[u8; 32]>::first", "<[u8; 32]>::first"),
            ("index<i32, alloc::alloc::Global>", "index"),
            ("start_thread", "start_thread"),
            ("app::half::<of", "app::half::<of"),
            ("", ""),
        ] {
            assert_eq!(plain(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn a_name_says_whose_function_it_is() {
        for (name, expected) in [
            ("fixture::main::{{closure}}", Some(("fixture", true))),
            ("core::option::unwrap_failed", Some(("core", false))),
            ("<fixture::Guard as core::ops::Drop>::drop", Some(("fixture", true))),
            ("<&mut dyn fixture::Fetch as core::fmt::Debug>::fmt", Some(("fixture", true))),
            ("<usize as core::slice::SliceIndex<[T]>>::index", Some(("core", false))),
            ("<alloc::vec::Vec<fixture::Row> as core::ops::Drop>::drop", Some(("core", false))),
            ("<T as fixture::Fetch>::fetch", Some(("fixture", true))),
            ("start_thread", None),
            ("<T>", None),
        ] {
            assert_eq!(package(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_symbol_is_read_without_a_panic_and_a_plain_name_stays(symbol in "[a-z<>\\[\\]{}#:0-9 äas-]{0,40}") {
            let name = plain(&symbol);
            let _ = package(&name);
        }
    }
}
