//! Signing in.

use maud::html;

use crate::layout::{Viewer, document};

/// The page that asks for a token, by `POST /login` with the field `token`; `problem` says why the last one was refused.
#[must_use]
pub fn login(problem: Option<&str>) -> String {
    let content = html! {
        section.card.narrow {
            h1 { "Sign in" }
            @if let Some(problem) = problem {
                p.problem role="alert" { (problem) }
            }
            form.stack method="post" action="/login" {
                label for="token" { "Token" }
                input id="token" name="token" type="password" required autocomplete="current-password" autofocus
                    spellcheck="false" aria-describedby="token-help";
                p.note id="token-help" {
                    "The token that " code { "candor project create" } " printed when the project was made."
                }
                button type="submit" { "Sign in" }
            }
        }
    };
    document("Sign in", Viewer::Stranger, content)
}
