//! The argument of the macro: one path in quotes.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use crate::Failure;

/// The path that was given, and where.
pub(crate) struct Argument {
    pub(crate) path: String,
    pub(crate) span: Span,
}

/// Reads `"telemetry.toml"`, with or without a comma behind it.
pub(crate) fn parse(input: TokenStream) -> Result<Argument, Failure> {
    let mut tokens = input.into_iter();
    let first = tokens.next();
    let span = first.as_ref().map_or_else(Span::call_site, TokenTree::span);
    let path = match first {
        Some(TokenTree::Literal(literal)) => unquote(&literal.to_string()),
        // A macro that passes the path on wraps it in an invisible group.
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => return parse(group.stream()),
        _ => None,
    };
    let comma = |token: TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    match path {
        Some(path) if tokens.by_ref().next().is_none_or(comma) && tokens.next().is_none() => {
            Ok(Argument { path, span })
        }
        _ => Err(Failure {
            span,
            message: "write the path of the manifest in quotes: manifest!(\"telemetry.toml\")".to_owned(),
        }),
    }
}

/// The text of a plain string literal; paths need no escapes.
fn unquote(literal: &str) -> Option<String> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    (!text.is_empty() && !text.contains('\\')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_in_quotes_is_read() {
        for (input, path) in [("\"telemetry.toml\"", "telemetry.toml"), ("\"a/b.toml\",", "a/b.toml")] {
            let tokens = input.parse().expect("tokens");
            assert!(parse(tokens).is_ok_and(|argument| argument.path == path), "{input}");
        }
        for input in ["", "telemetry", "\"\"", "\"a\" \"b\"", "\"a\",,", "1", "\"a\\n\""] {
            let tokens = input.parse().expect("tokens");
            assert!(parse(tokens).is_err(), "{input}");
        }
    }
}
