//! What the manifest says of the tool as a whole.

use candor_manifest::{Active, Crash, DefaultConsent, IdentityMode, Inspect, Manifest, Messages, NonInteractive};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::entry::{entry_literal, slotted};

/// The `DECLARATION`.
pub(super) fn declaration(manifest: &Manifest) -> TokenStream {
    let application = &manifest.application;
    let (name, endpoint, write_key, docs) =
        (&application.name, &application.endpoint, &application.write_key, &application.docs);
    let consent = consent(manifest);
    let identity = match &manifest.identity.mode {
        IdentityMode::None => quote! { None },
        IdentityMode::Rotating => quote! { Rotating },
        IdentityMode::Installation { file, .. } => quote! { Installation { file: #file } },
    };
    let sentry_dsn = option(application.sentry_dsn.as_ref());
    let database_id = manifest.identity.database.is_some();
    let inspect = option(manifest.inspect.as_ref().map(inspect));
    let crash = option(manifest.crash.as_ref().map(|of| crash(manifest, of)));
    let actives = option(manifest.active.as_ref().map(|of| actives(manifest, of)));
    let collects = manifest.collects();
    let slots = slotted(manifest).count();
    let interval = manifest.upload.interval.as_secs();
    quote! {
        /// The whole manifest, as far as the tool needs it at run time.
        pub static DECLARATION: ::candor::Declaration = ::candor::Declaration {
            application: #name,
            endpoint: #endpoint,
            write_key: #write_key,
            docs: #docs,
            sentry_dsn: #sentry_dsn,
            consent: #consent,
            identity: ::candor::IdentityMode::#identity,
            database_id: #database_id,
            upload_interval: ::core::time::Duration::from_secs(#interval),
            inspect: #inspect,
            crash: #crash,
            actives: #actives,
            collects: &[#(#collects),*],
            slots: #slots,
            // The variables are set by `candor_build::emit()` in the tool's build script.
            release: ::candor::Release {
                version: match ::core::option_env!("CANDOR_VERSION") {
                    ::core::option::Option::Some(version) => version,
                    ::core::option::Option::None => ::core::env!("CARGO_PKG_VERSION"),
                },
                commit: ::core::option_env!("CANDOR_COMMIT"),
                built: ::core::option_env!("CANDOR_BUILT"),
                channel: ::core::option_env!("CANDOR_CHANNEL"),
            },
        };
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote! { ::core::option::Option::Some(#value) },
        None => quote! { ::core::option::Option::None },
    }
}

fn inspect(inspect: &Inspect) -> TokenStream {
    let (flag, log) = (option(inspect.flag.as_ref()), &inspect.log);
    quote! { ::candor::Inspect { flag: #flag, log: #log } }
}

fn crash(manifest: &Manifest, crash: &Crash) -> TokenStream {
    let entry = entry_literal(manifest, &crash.entry);
    let messages = match crash.messages {
        Messages::None => quote! { None },
        Messages::Static => quote! { Static },
        Messages::Scrubbed => quote! { Scrubbed },
    };
    quote! { ::candor::Crash::declared(#entry, ::candor::Messages::#messages) }
}

fn actives(manifest: &Manifest, active: &Active) -> TokenStream {
    let (entry, bits) = (entry_literal(manifest, &active.entry), active.sketch_bits);
    quote! { ::candor::Actives::declared(#entry, #bits) }
}

fn consent(manifest: &Manifest) -> TokenStream {
    let consent = &manifest.consent;
    let default = match consent.default {
        DefaultConsent::On => quote! { On },
        DefaultConsent::Ask => quote! { Ask },
        DefaultConsent::Off => quote! { Off },
    };
    let question = option((consent.default == DefaultConsent::Ask).then(|| quote! { ::candor::Question::declared() }));
    let non_interactive = match consent.non_interactive {
        NonInteractive::Local => quote! { Local },
        NonInteractive::Notice => quote! { Notice },
    };
    let (flags, variables) = (&consent.flags, &consent.variables);
    let level_variable = option(consent.level_variable.as_ref());
    let notice = manifest.notice();
    quote! {
        ::candor::ConsentDeclaration {
            default: ::candor::DefaultConsent::#default,
            flags: &[#(#flags),*],
            variables: &[#(#variables),*],
            level_variable: #level_variable,
            notice: #notice,
            non_interactive: ::candor::NonInteractive::#non_interactive,
            question: #question,
        }
    }
}
