//! What every record has, as a constant.

use candor_manifest::{Collect, Entry, Level, Manifest};
use proc_macro2::TokenStream;
use quote::quote;

use super::expiry::has_expired;

/// The `candor::Entry` of a record of this manifest.
pub(super) fn entry_literal(manifest: &Manifest, entry: &Entry) -> TokenStream {
    let name = &entry.name;
    let level = match entry.level {
        Level::Errors => quote! { Errors },
        Level::Stats => quote! { Stats },
        Level::All => quote! { All },
    };
    let collect = match entry.collect {
        Collect::Aggregate => quote! { Aggregate },
        Collect::Each { .. } => quote! { Each },
    };
    let expired = has_expired(entry);
    let sample_per_million = entry.sample_per_million();
    let slot = match slotted(manifest).position(|other| std::ptr::eq(other, entry)) {
        Some(slot) => quote! { #slot },
        None => quote! { ::candor::Entry::NO_SLOT },
    };
    quote! {
        ::candor::Entry {
            name: #name,
            level: ::candor::Level::#level,
            collect: ::candor::Collect::#collect,
            expired: #expired,
            sample_per_million: #sample_per_million,
            slot: #slot,
        }
    }
}

/// The records that have a slot of their own, in the order of their slots: counts without fields, which are numbers and
/// nothing else.
pub(super) fn slotted(manifest: &Manifest) -> impl Iterator<Item = &Entry> {
    manifest.counts.iter().map(|count| &count.entry).filter(|entry| entry.fields.is_empty())
}
