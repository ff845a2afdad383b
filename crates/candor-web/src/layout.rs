//! What all pages share: the document around them.

use maud::{DOCTYPE, Markup, html};

use crate::STYLESHEET_PATH;

/// Who looks at the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Somebody who has not signed in.
    Stranger,
    /// Somebody who can sign out again.
    SignedIn,
}

/// A whole document called `title` around `content`.
pub(crate) fn document(title: &str, viewer: Viewer, content: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (title) " · Candor" }
                link rel="stylesheet" href=(STYLESHEET_PATH);
            }
            body {
                header.top {
                    a.brand href="/" { (mark()) "Candor" }
                    @if viewer == Viewer::SignedIn {
                        form method="post" action="/logout" { button.quiet type="submit" { "Sign out" } }
                    }
                }
                main { (content) }
                footer { "Days are days of UTC." }
            }
        }
    };
    page.into_string()
}

/// The sign before the name: an open eye.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" {
            path d="M2 12c3-5 6-7.5 10-7.5S19 7 22 12c-3 5-6 7.5-10 7.5S5 17 2 12z" fill="none" stroke="currentColor" stroke-width="2" {}
            circle cx="12" cy="12" r="3.2" fill="currentColor" {}
        }
    }
}
