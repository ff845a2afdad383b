//! A command line into words: `search name='my disk' | count` is two stages of two words and one.

/// The stages of a line, each at least one word. Blanks separate words and `|` stages; quotes of both kinds and a
/// backslash take their meaning away.
///
/// # Errors
/// [`LineError`] where a quote is open or a stage is empty.
pub(crate) fn stages(line: &str) -> Result<Vec<Vec<String>>, LineError> {
    let mut stages = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            // As in a shell, nothing has a meaning between single quotes.
            (None | Some('"'), '\\') => {
                word.get_or_insert_default().push(characters.next().ok_or(LineError::Escape)?);
            }
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|') => {
                end_word(&mut stages, &mut word);
                stages.push(Vec::new());
            }
            (None, _) if c.is_whitespace() => end_word(&mut stages, &mut word),
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(LineError::Quote);
    }
    end_word(&mut stages, &mut word);
    if stages.iter().any(Vec::is_empty) { Err(LineError::Empty) } else { Ok(stages) }
}

fn end_word(stages: &mut [Vec<String>], word: &mut Option<String>) {
    if let (Some(stage), Some(word)) = (stages.last_mut(), word.take()) {
        stage.push(word);
    }
}

/// Why a line cannot be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LineError {
    /// A quote without its end.
    #[error("a quote is not closed")]
    Quote,
    /// A backslash at the end.
    #[error("there is nothing behind the last backslash")]
    Escape,
    /// No command at all, or none beside a `|`.
    #[error("a command is missing; `help` lists them")]
    Empty,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Vec<Vec<String>>, LineError> {
        stages(line)
    }

    #[test]
    fn blanks_separate_words_and_bars_separate_stages() {
        assert_eq!(
            parsed(" list  processes|count\n"),
            Ok(vec![vec!["list".into(), "processes".into()], vec!["count".into()]])
        );
    }

    #[test]
    fn quotes_and_backslashes_take_meanings_away() {
        let words = |line| parsed(line).map(|mut stages| stages.remove(0));
        assert_eq!(
            words(r#"a 'b | c' "d \" e" f\ g '' x'y'z"#),
            Ok(vec!["a".into(), "b | c".into(), "d \" e".into(), "f g".into(), String::new(), "xyz".into()])
        );
        assert_eq!(words(r"'\n'"), Ok(vec![r"\n".into()]));
    }

    #[test]
    fn what_is_not_finished_is_refused() {
        assert_eq!(parsed("list 'users"), Err(LineError::Quote));
        assert_eq!(parsed("list \\"), Err(LineError::Escape));
        for line in ["", " ", "|", "list users |", "| count", "list users || count"] {
            assert_eq!(parsed(line), Err(LineError::Empty), "{line}");
        }
    }
}
