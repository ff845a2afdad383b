//! What the manifest says of the tool as a whole.

use candor_manifest::{DefaultConsent, Identity, Manifest, NonInteractive};
use proc_macro2::TokenStream;
use quote::quote;

/// The `DECLARATION`.
pub(super) fn declaration(manifest: &Manifest) -> TokenStream {
    let application = &manifest.application;
    let (name, endpoint, write_key, docs) =
        (&application.name, &application.endpoint, &application.write_key, &application.docs);
    let consent = consent(manifest);
    let identity = match &manifest.identity {
        Identity::None => quote! { None },
        Identity::Rotating => quote! { Rotating },
        Identity::Installation { file, .. } => quote! { Installation { file: #file } },
    };
    let interval = manifest.upload.interval.as_secs();
    quote! {
        /// The whole manifest, as far as the tool needs it at run time.
        pub static DECLARATION: ::candor::Declaration = ::candor::Declaration {
            application: #name,
            endpoint: #endpoint,
            write_key: #write_key,
            sentry_dsn: ::core::option::Option::None,
            docs: #docs,
            consent: #consent,
            identity: ::candor::IdentityMode::#identity,
            database_id: false,
            slots: 0,
            inspect: ::core::option::Option::None,
            collects: &[],
            upload_interval: ::core::time::Duration::from_secs(#interval),
            // The variables are set by `candor_build::emit()` in the tool's build script.
            release: ::candor::Release {
                version: match ::core::option_env!("CANDOR_VERSION") {
                    ::core::option::Option::Some(version) => version,
                    ::core::option::Option::None => ::core::env!("CARGO_PKG_VERSION"),
                },
                commit: ::core::option_env!("CANDOR_COMMIT"),
                built: ::core::option_env!("CANDOR_BUILT"),
            },
        };
    }
}

fn consent(manifest: &Manifest) -> TokenStream {
    let consent = &manifest.consent;
    let default = match consent.default {
        DefaultConsent::On => quote! { On },
        DefaultConsent::Ask => quote! { Ask },
        DefaultConsent::Off => quote! { Off },
    };
    let non_interactive = match consent.non_interactive {
        NonInteractive::Local => quote! { Local },
        NonInteractive::Notice => quote! { Notice },
    };
    let variables = &consent.variables;
    let level_variable = match &consent.level_variable {
        Some(variable) => quote! { ::core::option::Option::Some(#variable) },
        None => quote! { ::core::option::Option::None },
    };
    let notice = manifest.notice();
    quote! {
        ::candor::ConsentDeclaration {
            default: ::candor::DefaultConsent::#default,
            variables: &[#(#variables),*],
            level_variable: #level_variable,
            notice: #notice,
            non_interactive: ::candor::NonInteractive::#non_interactive,
        }
    }
}
