//! The file behind the macro.

use std::{env, fs, path::PathBuf};

use proc_macro2::TokenStream;
use quote::quote;

use crate::{Failure, argument::Argument};

/// The text of the manifest.
pub(crate) fn read(argument: &Argument) -> Result<String, Failure> {
    let failure = |message| Failure { span: argument.span, message };
    let Some(directory) = env::var_os("CARGO_MANIFEST_DIR") else {
        return Err(failure("CARGO_MANIFEST_DIR is not set: build with cargo".to_owned()));
    };
    let path = PathBuf::from(directory).join(&argument.path);
    fs::read_to_string(&path).map_err(|error| {
        failure(format!(
            "failed to read {}: {error}\n  fix: the path starts at the directory of Cargo.toml; `candor manifest new` writes a manifest to begin with",
            argument.path
        ))
    })
}

/// Tells the compiler about the file, so that an edit of it builds the crate again.
pub(crate) fn tracked(argument: &Argument) -> TokenStream {
    let path = format!("/{}", argument.path);
    quote! {
        const _: &[::core::primitive::u8] =
            ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
    }
}
