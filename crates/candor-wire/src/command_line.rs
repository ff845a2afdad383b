//! Names from the definition of a command line: commands and flags, never what a user typed. The SDK records no other, and
//! the collector keeps no other.

/// As long as a name that only exists at run time may be; longer ones are sentences.
const MAX_LENGTH: usize = 64;

/// Whether it is a path of commands, such as `policy run`: words of letters, digits and `_ . : + -`, joined by single
/// spaces, at most 64 bytes.
#[must_use]
pub fn is_command_path(text: &str) -> bool {
    text.len() <= MAX_LENGTH && text.split(' ').all(is_word)
}

/// Whether it is the name of a flag, such as `--dry-run` or `-n`: two dashes and a word, or one dash and a letter or digit;
/// at most 64 bytes.
#[must_use]
pub fn is_flag_name(text: &str) -> bool {
    match text.strip_prefix("--") {
        Some(long) => text.len() <= MAX_LENGTH && is_word(long),
        None => matches!(text.as_bytes(), [b'-', short] if short.is_ascii_alphanumeric()),
    }
}

fn is_word(word: &str) -> bool {
    let is_mark = |byte: u8| matches!(byte, b'_' | b'.' | b':' | b'+' | b'-');
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_words_and_flags_have_dashes() {
        for path in ["fetch", "policy run", "plugin other", "v2:sync", &"a".repeat(64)] {
            assert!(is_command_path(path), "{path:?}");
            assert!(!is_flag_name(path), "{path:?}");
        }
        for flag in ["--dry-run", "-n", "-1", "--no_color"] {
            assert!(is_flag_name(flag), "{flag:?}");
            assert!(!is_command_path(flag), "{flag:?}");
        }
    }

    #[test]
    fn what_a_user_may_have_typed_is_neither() {
        for text in
            ["", " ", "a  b", "a ", "/etc/passwd", "a@b.org", "größe", "--a b", "--", "-", "---a", "--a=b", "-ab", "-/"]
        {
            assert!(!is_command_path(text) && !is_flag_name(text), "{text:?}");
        }
        assert!(!is_command_path(&"a".repeat(65)) && !is_flag_name(&format!("--{}", "a".repeat(63))));
    }
}
