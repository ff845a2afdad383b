//! The `manifest!` macro of `candor`: from `telemetry.toml` to a typed API, when the tool is compiled.
//!
//! For `candor`, which re-exports it; tools do not depend on this crate. What the generated module looks like is said in
//! `docs/manifest.md`; the types behind it are in `candor::declared`.

mod argument;
mod generate;
mod source;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// Makes the module `telemetry` of a manifest: every record that it declares as a typed constant, and `start`.
///
/// The argument is the manifest's path from the directory of the crate's `Cargo.toml`. A manifest with problems is a
/// compile error that tells all of them with their lines.
///
/// `docs/manifest.md` shows what a tool then writes.
#[proc_macro]
pub fn manifest(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).unwrap_or_else(Failure::into_compile_error).into()
}

fn expand(input: TokenStream) -> Result<TokenStream, Failure> {
    let argument = argument::parse(input)?;
    let text = source::read(&argument)?;
    let manifest = candor_manifest::Manifest::parse(&text).map_err(|problems| Failure {
        span: argument.span,
        message: format!("the manifest has problems\n\n{}\n", problems.render(&argument.path)),
    })?;
    let tracked = source::tracked(&argument);
    let module = generate::module(&manifest);
    Ok(quote::quote! { #tracked #module })
}

/// Why there is no module.
struct Failure {
    span: Span,
    message: String,
}

impl Failure {
    fn into_compile_error(self) -> TokenStream {
        let message = self.message;
        quote_spanned! { self.span => ::core::compile_error! { #message } }
    }
}
