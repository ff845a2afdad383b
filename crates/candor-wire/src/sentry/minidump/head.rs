//! What the head of a minidump says: the system it is from, and what ended the process.
//!
//! ```text
//! header, 32 bytes            0 "MDMP"  8 number of streams  12 where their list is
//! an entry of the list        0 type    4 bytes              8 where it is
//! stream 7, the system        0 processor  8 major  12 minor  20 platform
//! stream 6, the exception     8 code
//! ```

use std::io::{Read, Seek, SeekFrom};

/// Streams that are looked at. Handlers write about twenty.
const MAX_STREAMS: u32 = 200;
const SYSTEM_STREAM: u32 = 7;
const EXCEPTION_STREAM: u32 = 6;

/// What is known of a minidump beside its memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MinidumpHead {
    /// What ended the process: `SIGSEGV`, `EXCEPTION_ACCESS_VIOLATION`, `EXC_BAD_ACCESS`, or the number in hexadecimal.
    pub class: Option<String>,
    /// `linux`, `windows`, `macos`, `android`, `ios`.
    pub os: Option<&'static str>,
    /// `x86_64`, `aarch64`, `x86`, `arm`.
    pub arch: Option<&'static str>,
}

impl MinidumpHead {
    /// Reads what there is; `None` where it is no minidump. What is cut off or malformed behind the header is not known.
    pub fn read(dump: &mut (impl Read + Seek)) -> Option<Self> {
        let header: [u8; 16] = at(dump, 0)?;
        if !header.starts_with(b"MDMP") {
            return None;
        }
        let (mut system, mut exception) = (None, None);
        let list = u64::from(number(&header, 12));
        for place in 0..u64::from(number(&header, 8).min(MAX_STREAMS)) {
            let Some(entry) = at::<12>(dump, list + 12 * place) else { break };
            match number(&entry, 0) {
                SYSTEM_STREAM => system = at::<24>(dump, u64::from(number(&entry, 8))),
                EXCEPTION_STREAM => exception = at::<12>(dump, u64::from(number(&entry, 8))),
                _ => {}
            }
        }
        let os = system.and_then(|system| os_of(number(&system, 20)));
        let arch = system.and_then(|system| arch_of(u16::from_le_bytes([system[0], system[1]])));
        Some(Self { class: exception.map(|exception| class_of(os, number(&exception, 8))), os, arch })
    }
}

/// So many bytes from a place on.
fn at<const N: usize>(dump: &mut (impl Read + Seek), place: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    dump.seek(SeekFrom::Start(place)).ok()?;
    dump.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn number(bytes: &[u8], place: usize) -> u32 {
    bytes.get(place..place + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn os_of(platform: u32) -> Option<&'static str> {
    Some(match platform {
        1 | 2 => "windows",
        0x8101 => "macos",
        0x8102 => "ios",
        0x8201 => "linux",
        0x8203 => "android",
        _ => return None,
    })
}

fn arch_of(processor: u16) -> Option<&'static str> {
    Some(match processor {
        0 => "x86",
        5 => "arm",
        9 => "x86_64",
        12 | 0x8003 => "aarch64",
        _ => return None,
    })
}

/// Codes are signals, exceptions of Mach, or those of Windows.
fn class_of(os: Option<&str>, code: u32) -> String {
    let name = match (os, code) {
        (Some("linux" | "android"), _) => match code {
            4 => "SIGILL",
            5 => "SIGTRAP",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            11 => "SIGSEGV",
            31 => "SIGSYS",
            _ => "",
        },
        (Some("macos" | "ios"), _) => match code {
            1 => "EXC_BAD_ACCESS",
            2 => "EXC_BAD_INSTRUCTION",
            3 => "EXC_ARITHMETIC",
            5 => "EXC_SOFTWARE",
            6 => "EXC_BREAKPOINT",
            10 => "EXC_CRASH",
            11 => "EXC_RESOURCE",
            12 => "EXC_GUARD",
            _ => "",
        },
        (_, 0xc000_0005) => "EXCEPTION_ACCESS_VIOLATION",
        (_, 0xc000_001d) => "EXCEPTION_ILLEGAL_INSTRUCTION",
        (_, 0xc000_0094) => "EXCEPTION_INT_DIVIDE_BY_ZERO",
        (_, 0xc000_00fd) => "EXCEPTION_STACK_OVERFLOW",
        (_, 0xc000_0374) => "STATUS_HEAP_CORRUPTION",
        (_, 0xc000_0409) => "STATUS_STACK_BUFFER_OVERRUN",
        (_, 0x8000_0003) => "EXCEPTION_BREAKPOINT",
        (_, 0xe06d_7363) => "CPP_EXCEPTION",
        _ => "",
    };
    if name.is_empty() { format!("0x{code:x}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A dump of this system that ended by this code.
    fn dump(processor: u16, platform: u32, code: u32) -> Vec<u8> {
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        let header = [b"MDMP".to_vec(), words(&[0xa793, 2, 32, 0, 0, 0, 0])].concat();
        let list = words(&[SYSTEM_STREAM, 24, 56, EXCEPTION_STREAM, 12, 80]);
        let system = words(&[u32::from(processor), 0, 6, 1, 0, platform]);
        [header, list, system, words(&[1, 0, code])].concat()
    }

    fn read(bytes: &[u8]) -> Option<MinidumpHead> {
        MinidumpHead::read(&mut Cursor::new(bytes))
    }

    #[test]
    fn a_dump_says_what_ended_which_kind_of_process() {
        for (processor, platform, code, class, os, arch) in [
            (9, 0x8201, 11, "SIGSEGV", "linux", "x86_64"),
            (12, 0x8101, 1, "EXC_BAD_ACCESS", "macos", "aarch64"),
            (0, 2, 0xc000_0005, "EXCEPTION_ACCESS_VIOLATION", "windows", "x86"),
            (5, 0x8203, 0xffff_ffff, "0xffffffff", "android", "arm"),
        ] {
            let head = read(&dump(processor, platform, code)).expect("a dump");
            assert_eq!((head.class.as_deref(), head.os, head.arch), (Some(class), Some(os), Some(arch)));
        }
    }

    #[test]
    fn a_dump_that_is_cut_off_says_less_and_what_is_none_nothing() {
        let whole = dump(9, 0x8201, 6);
        for length in 0..whole.len() {
            let head = read(&whole[..length]);
            assert_eq!(head.is_some(), length >= 16, "{length}");
        }
        assert_eq!(read(&whole[..85]).map(|head| (head.class, head.os)), Some((None, Some("linux"))));
        assert_eq!(read(b"MDMPxxxxxxxxxxxxxxxxxxxxxxxx"), Some(MinidumpHead::default()));
        assert_eq!(read(b"not a minidump, but a text"), None);
    }
}
