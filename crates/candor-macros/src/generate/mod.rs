//! The module `telemetry`, from a manifest without problems.

mod declaration;
mod expiry;
mod fields;
mod records;
mod rust_name;

use candor_manifest::Manifest;
use proc_macro2::TokenStream;
use quote::quote;

/// What the manifest promises and this version of `candor` does not keep, if anything: it is refused, so that the page
/// for users stays true.
pub(crate) fn unsupported(manifest: &Manifest) -> Option<String> {
    if let Some(error) = manifest.errors.first() {
        return Some(format!(
            "`error.{}` cannot be recorded by this version of candor\n  fix: list the classes of error of each operation: errors = [\"…\"]",
            error.entry.name
        ));
    }
    if let Some(flag) = &manifest.inspect.flag {
        return Some(format!(
            "`inspect.flag` promises {flag}, and this version of candor does not have it\n  fix: remove the section `inspect`; users can set the level to `local`"
        ));
    }
    let sampled = manifest.entries().find(|(_, entry)| entry.sample.is_some_and(|sample| sample < 1.0));
    sampled.map(|(kind, entry)| {
        format!(
            "`{}.{}` has a `sample`, and this version of candor records every run\n  fix: remove the `sample`",
            kind.as_str(),
            entry.name
        )
    })
}

/// The whole module.
pub(crate) fn module(manifest: &Manifest) -> TokenStream {
    let docs = format!("What {} records about its use, as its manifest declares it.", manifest.application.name);
    let declaration = declaration::declaration(manifest);
    let records = records::records(manifest);
    let flags = &manifest.consent.flags;
    quote! {
        #[doc = #docs]
        // Not every record is used in every build, and constants are called like the variants that they stand for.
        #[allow(dead_code, non_upper_case_globals, unreachable_pub, missing_docs, clippy::all, clippy::pedantic)]
        pub mod telemetry {
            #declaration

            /// Starts telemetry: a guard that is to live as long as the program. It never fails, blocks or prints to
            /// standard output.
            #[must_use = "telemetry ends where the guard is dropped"]
            pub fn start(flags: &impl ::candor::ConsentFlags) -> ::candor::Telemetry {
                ::candor::Telemetry::start(&DECLARATION, flags)
            }

            ::candor::__telemetry_args! { #(#flags),* }

            #records
        }
    }
}
