//! Rust identifiers for the names of a manifest.

use candor_manifest::name;
use proc_macro2::{Ident, Span};

/// Words that a module can only be called as a raw identifier. `crate`, `self` and `super` are not even that: a
/// manifest with them has a problem.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The module of a record or a part.
pub(super) fn module(of: &str) -> Ident {
    let name = name::module_name(of);
    if KEYWORDS.contains(&name.as_str()) {
        Ident::new_raw(&name, Span::call_site())
    } else {
        Ident::new(&name, Span::call_site())
    }
}

/// The type, variant or record constant.
pub(super) fn type_or_variant(of: &str) -> Ident {
    Ident::new(&name::type_name(of), Span::call_site())
}

/// The constant of a field.
pub(super) fn field(of: &str) -> Ident {
    Ident::new(&name::field_constant(of), Span::call_site())
}
