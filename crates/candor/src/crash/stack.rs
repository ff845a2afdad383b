//! The calls that led to a panic, as a report has them.

use std::backtrace::Backtrace;

use candor_wire::sentry::{Frame, Image};

use super::{
    images::Images,
    source::{Origin, Source},
    symbol,
    trace::{self, Call},
};

/// More calls than this are a recursion; its ends tell of it.
const MOST_FRAMES: usize = 128;

/// Of those, so many are the outermost.
const OUTERMOST_FRAMES: usize = 32;

/// A name with more bytes is made of types that tell no more.
const MOST_NAME_BYTES: usize = 512;

/// The frames of a report, the outermost caller first, and the images that their addresses lie in.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    pub(crate) frames: Vec<Frame>,
    pub(crate) images: Vec<Image>,
}

impl Stack {
    /// Finds out the names of the calls of a backtrace: 10 to 300 ms the first time in a process, unless the program is
    /// stripped.
    pub(super) fn of(backtrace: &Backtrace, application: &str) -> Self {
        let calls = trace::read(&format!("{backtrace:#}"));
        Self::of_calls(calls, &Images::loaded(), application)
    }

    fn of_calls(calls: Vec<Call>, loaded: &Images, application: &str) -> Self {
        let mut numbers = Vec::new();
        let mut calls: Vec<Call> = calls.into_iter().map(with_plain_name).filter(|call| call.address > 0).collect();
        trim(&mut calls);
        let mut frames: Vec<Frame> = calls.into_iter().map(|call| frame(call, loaded, &mut numbers)).collect();
        frames.reverse();
        if frames.len() > MOST_FRAMES {
            frames.drain(OUTERMOST_FRAMES..frames.len() - (MOST_FRAMES - OUTERMOST_FRAMES));
        }
        let images = numbers.into_iter().filter_map(|number| loaded.image(number, application)).collect();
        Self { frames, images }
    }

    /// The stack with the place where it happened: that of the innermost frame of the tool's own, or a frame for it alone.
    pub(super) fn at(mut self, file: &str, line: u32) -> Self {
        let source = Source::of(file);
        let own = self.frames.iter_mut().rev().find(|frame| frame.in_app == Some(true));
        match own {
            Some(frame) if frame.filename.is_some() => {}
            Some(frame) if source.origin == Origin::Tool => {
                (frame.filename, frame.line) = (Some(source.file), Some(line));
            }
            _ => self.frames.push(place(file, line)),
        }
        self
    }
}

/// A frame that says where, and not in which function.
pub(crate) fn place(file: &str, line: u32) -> Frame {
    let Source { file, origin } = Source::of(file);
    Frame { filename: Some(file), line: Some(line), in_app: Some(origin == Origin::Tool), ..Frame::default() }
}

fn with_plain_name(mut call: Call) -> Call {
    call.symbol = call.symbol.map(|symbol| {
        let mut name = symbol::plain(&symbol);
        name.truncate(name.floor_char_boundary(MOST_NAME_BYTES));
        name
    });
    call
}

/// What the standard library puts around the tool's own calls to find them again.
const BEGIN: &str = "__rust_begin_short_backtrace";
const END: &str = "__rust_end_short_backtrace";

/// Leaves out how a panic is raised, and how a thread is started.
fn trim(calls: &mut Vec<Call>) {
    let has = |call: &Call, mark: &str| call.symbol.as_deref().is_some_and(|name| symbol::find(name, mark).is_some());
    if let Some(begin) = calls.iter().position(|call| has(call, BEGIN)) {
        calls.truncate(begin);
    }
    if let Some(end) = calls.iter().rposition(|call| has(call, END)) {
        calls.drain(..=end);
    }
    let raising = calls.iter().take_while(|call| raises(call)).count();
    calls.drain(..raising);
}

/// Whether a function of Rust's own does nothing but panic.
fn raises(call: &Call) -> bool {
    let Some(name) = call.symbol.as_deref() else { return false };
    let is_std = match symbol::package(name) {
        Some((_, is_other)) => !is_other,
        None => call.file.as_deref().is_some_and(|file| Source::of(file).origin == Origin::Std),
    };
    is_std && ["panic", "begin_unwind", "_fail"].iter().any(|word| symbol::find(name, word).is_some())
}

fn frame(call: Call, loaded: &Images, numbers: &mut Vec<usize>) -> Frame {
    let image = loaded.of(call.address);
    let mut frame =
        Frame { line: call.line, in_app: image.filter(|number| *number > 0).map(|_| false), ..Frame::default() };
    if let Some(name) = call.symbol {
        let package = symbol::package(&name);
        frame.in_app = Some(package.is_some_and(|(_, is_other)| is_other));
        frame.module = package.map(|(package, _)| package.to_owned());
        frame.function = Some(name);
    }
    if let Some(file) = call.file {
        let source = Source::of(&file);
        // A name without a path is one of C, or of a function of Rust that was inlined.
        let may_be_own = frame.in_app == Some(true) || frame.module.is_none() && source.file.ends_with(".rs");
        frame.in_app = Some(may_be_own && source.origin == Origin::Tool);
        frame.filename = Some(source.file);
    } else if let Some(number) = image {
        // What has its file and line has its inlined calls too; only for the others anybody looks into debug files.
        frame.instruction_addr = loaded.settled(number, call.address);
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(symbol: &str, file: &str) -> Call {
        Call {
            address: 1,
            symbol: (!symbol.is_empty()).then(|| symbol.to_owned()),
            file: (!file.is_empty()).then(|| file.to_owned()),
            line: (!file.is_empty()).then_some(7),
        }
    }

    fn stack(calls: Vec<Call>) -> Stack {
        Stack::of_calls(calls, &Images::default(), "tool")
    }

    fn functions(stack: &Stack) -> Vec<&str> {
        stack.frames.iter().filter_map(|frame| frame.function.as_deref()).collect()
    }

    #[test]
    fn the_machinery_around_the_tools_calls_is_left_out() {
        let stack = stack(
            [
                "std::backtrace::Backtrace::force_capture",
                "candor::crash::hook::report",
                "std::sys::backtrace::__rust_end_short_backtrace::h0123456789abcdef",
                "__rustc[0123456789abcdef]::rust_begin_unwind",
                "core::panicking::panic_fmt",
                "core::option::expect_failed",
                "core::option::Option<T>::expect",
                "tool::fetch",
                "tool::main",
                "std::sys::backtrace::__rust_begin_short_backtrace",
                "std::rt::lang_start",
                "main",
            ]
            .map(|symbol| call(symbol, ""))
            .into(),
        );
        assert_eq!(functions(&stack), ["tool::main", "tool::fetch", "core::option::Option<T>::expect"]);
        let in_app: Vec<Option<bool>> = stack.frames.iter().map(|frame| frame.in_app).collect();
        assert_eq!(in_app, [Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn code_of_a_dependency_is_not_the_tools_own() {
        let dependency = "/home/ada/.cargo/registry/src/index/serde-1.0.228/src/lib.rs";
        let stack = stack(vec![call("serde::de", dependency), call("tool::main", "/home/ada/tool/src/main.rs")]);
        let frames: Vec<_> = stack.frames.iter().map(|frame| (frame.filename.as_deref(), frame.in_app)).collect();
        assert_eq!(frames, [(Some("src/main.rs"), Some(true)), (Some("serde-1.0.228/src/lib.rs"), Some(false))]);
    }

    #[test]
    fn an_inlined_function_is_known_by_its_file_and_one_of_c_is_not_the_tools() {
        let stack = stack(vec![
            call("begin_panic<i32>", "/rustc/5980/library/std/src/panicking.rs"),
            call("index<i32>", "/rustc/5980/library/core/src/slice/index.rs"),
            call("fetch", "/home/ada/tool/src/fetch.rs"),
            call("sqlite3_step", "sqlite3/sqlite3.c"),
        ]);
        let frames: Vec<_> = stack.frames.iter().map(|frame| (frame.function.as_deref(), frame.in_app)).collect();
        let expected = [("sqlite3_step", false), ("fetch", true), ("index", false)];
        assert_eq!(frames, expected.map(|(name, in_app)| (Some(name), Some(in_app))));
    }

    #[test]
    fn a_deep_recursion_keeps_its_ends() {
        let mut calls = vec![call("tool::innermost", "")];
        calls.extend((0..5000).map(|_| call("tool::again", "")));
        calls.push(call("tool::outermost", ""));
        let stack = stack(calls);
        assert_eq!(stack.frames.len(), MOST_FRAMES);
        assert_eq!((functions(&stack)[0], functions(&stack)[MOST_FRAMES - 1]), ("tool::outermost", "tool::innermost"));
    }

    #[test]
    fn the_place_is_said_by_the_tools_innermost_frame_or_by_one_of_its_own() {
        let place = |stack: Stack| {
            let stack = stack.at("/home/ada/tool/src/fetch.rs", 30);
            stack
                .frames
                .iter()
                .map(|frame| (frame.function.clone(), frame.filename.clone(), frame.line))
                .collect::<Vec<_>>()
        };
        let name = |name: &str| Some(name.to_owned());
        let without_lines = stack(vec![call("core::cell::borrow", ""), call("tool::fetch", "")]);
        assert_eq!(place(without_lines)[0], (name("tool::fetch"), name("src/fetch.rs"), Some(30)));
        let with_lines = stack(vec![call("tool::fetch", "/home/ada/tool/src/fetch.rs")]);
        assert_eq!(place(with_lines), [(name("tool::fetch"), name("src/fetch.rs"), Some(7))]);
        assert_eq!(place(stack(vec![call("", "")])).last(), Some(&(None, name("src/fetch.rs"), Some(30))));
        assert_eq!(place(Stack::default()), [(None, name("src/fetch.rs"), Some(30))]);
    }

    #[test]
    fn a_name_without_end_is_cut() {
        let stack = stack(vec![call(&format!("tool::{}", "ä".repeat(1000)), "")]);
        assert!(functions(&stack)[0].len() <= MOST_NAME_BYTES);
    }
}
