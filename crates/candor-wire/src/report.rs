//! The canonical crash report: what is kept of a crash or an error, whoever saw it.

use crate::{Environment, Timestamp, record::closed_names, segment::Sdk};

/// One crash, or one error that was handled.
///
/// It has no field for a host name, a person, a command line, a variable's value or a line of source: what official
/// SDKs send of these has no way in.
#[derive(Debug, Clone, PartialEq)]
pub struct CrashReport {
    /// What tells a retry from a new event: 32 hexadecimal digits in lower case.
    pub event_id: String,
    /// When, in UTC; cut to the hour or the day where the identity mode asks for that.
    pub time: Timestamp,
    /// How bad it is. `Fatal` ended the program.
    pub level: Level,
    /// What the code is, in Sentry's words: `native`, `python`, …; it says how the frames are to be read.
    pub platform: String,
    /// What somebody wrote about it, where there is no exception.
    pub message: Option<String>,
    /// What happened and what had caused it: the first cause first, what came of it last.
    pub exceptions: Vec<Exception>,
    /// The stack of the last exception: the outermost caller first, the innermost call last.
    pub frames: Vec<Frame>,
    /// The programs and libraries that addresses of the frames lie in.
    pub images: Vec<Image>,
    /// Which binary on what kind of machine. Its version is said by `release`, if there is one.
    pub environment: Environment,
    /// The operation that ran.
    pub transaction: Option<String>,
    /// `inventory@1.4.0`: the tool and its version.
    pub release: Option<String>,
    /// The library that sends it.
    pub sdk: Option<Sdk>,
}

/// One exception, error or panic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exception {
    /// Its type: `panic`, `std::io::Error`, `ValueError`, `SIGSEGV`.
    pub class: String,
    /// What it says; free text, which the sender has scrubbed and the collector scrubs again.
    pub value: Option<String>,
    /// How it was seen: `panic`, `signalhandler`, `excepthook`, …
    pub mechanism: Option<String>,
    /// Whether the program went on; `false` for a crash.
    pub handled: Option<bool>,
}

/// One call on the stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The function's name, demangled.
    pub function: Option<String>,
    /// The crate, module or library that it is in.
    pub module: Option<String>,
    /// Its source file, relative to the package or workspace.
    pub filename: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// Whether it is the tool's own code.
    pub in_app: Option<bool>,
    /// Where the instruction lay in memory.
    pub instruction_addr: Option<u64>,
}

/// A program or library in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// Its format: `elf`, `macho`, `pe`.
    pub format: String,
    /// The build id as its format has it, hexadecimal.
    pub code_id: Option<String>,
    /// The build id as debug files have it: a UUID, with an age behind it for `pe`.
    pub debug_id: Option<String>,
    /// Where it begins in memory.
    pub image_addr: Option<u64>,
    /// Bytes that it spans from there.
    pub image_size: Option<u64>,
    /// The name of its file, without a directory.
    pub code_file: Option<String>,
}

closed_names! {
    /// How bad an event is, in Sentry's words.
    Level {
        /// For whoever looks for a defect.
        Debug = "debug",
        /// For information.
        Info = "info",
        /// Something may be wrong.
        Warning = "warning",
        /// Something failed, and the program went on.
        Error = "error",
        /// The program ended by it.
        Fatal = "fatal",
    }
}
