//! The module `telemetry`, from a manifest without problems.

mod declaration;
mod entry;
mod expiry;
mod fields;
mod records;
mod rust_name;

use candor_manifest::Manifest;
use proc_macro2::TokenStream;
use quote::quote;

/// The whole module.
pub(crate) fn module(manifest: &Manifest) -> TokenStream {
    let docs = format!("What {} records about its use, as its manifest declares it.", manifest.application.name);
    let declaration = declaration::declaration(manifest);
    let records = records::records(manifest);
    let (name, flags) = (&manifest.application.name, &manifest.consent.flags);
    let inspect = manifest.inspect.iter().filter_map(|inspect| inspect.flag.as_ref().map(|flag| (flag, &inspect.log)));
    let inspect = inspect.map(|(flag, log)| quote! { #flag => #log });
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

            ::candor::__telemetry_args! { name: #name, opt_out: [#(#flags),*], inspect: [#(#inspect)*] }

            ::candor::__telemetry_command! {}

            #records
        }
    }
}
