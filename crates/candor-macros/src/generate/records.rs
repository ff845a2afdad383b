//! The records: a constant in the struct of its kind, and a module with what belongs to it.

use candor_manifest::{Entry, Manifest, Operation, Part, RecordKind, Shape};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{
    entry::entry_literal,
    fields::{fields, listed, name_shape},
    rust_name,
};

/// The records of all kinds.
pub(super) fn records(manifest: &Manifest) -> TokenStream {
    let kinds = [
        (RecordKind::Operation, "Operation", "What the tool is asked to do."),
        (RecordKind::Count, "Count", "What is counted."),
        (RecordKind::Component, "Component", "Sets of plugins or providers."),
        (RecordKind::Lifecycle, "Lifecycle", "What starts, runs and stops."),
        (RecordKind::Error, "Error", "What is met and handled outside of any operation."),
    ];
    let kinds = kinds.into_iter().map(|(kind, name, docs)| records_of_kind(manifest, kind, name, docs));
    quote! { #(#kinds)* }
}

/// `pub struct Operation; impl Operation { pub const Fetch: … }` and `pub mod fetch { … }`.
fn records_of_kind(manifest: &Manifest, kind: RecordKind, type_name: &str, docs: &str) -> TokenStream {
    let entries: Vec<&Entry> = manifest.entries().filter(|(of, _)| *of == kind).map(|(_, entry)| entry).collect();
    if entries.is_empty() {
        return TokenStream::new();
    }
    let type_name = Ident::new(type_name, Span::call_site());
    let constants = entries.iter().map(|entry| constant(manifest, kind, &type_name, entry));
    let modules = entries.iter().map(|entry| {
        let operation = manifest.operations.iter().find(|operation| std::ptr::eq(&operation.entry, *entry));
        module(entry, operation)
    });
    quote! {
        #[doc = #docs]
        pub struct #type_name;
        impl #type_name { #(#constants)* }
        #(#modules)*
    }
}

fn constant(manifest: &Manifest, kind: RecordKind, type_name: &Ident, entry: &Entry) -> TokenStream {
    let constant = rust_name::type_or_variant(&entry.name);
    let module = rust_name::module(&entry.name);
    let docs = format!("{}\n\nWhy: {}", entry.description, entry.why);
    let names = (kind == RecordKind::Component).then(|| {
        let set = manifest.components.iter().find(|set| std::ptr::eq(&set.entry, entry));
        match set.map(|set| &set.names) {
            Some(Shape::Enum(values)) => quote! { .with_names(::candor::Names::Listed(&[#(#values),*])) },
            Some(Shape::Name(names)) => {
                let shape = name_shape(names);
                quote! { .with_names(::candor::Names::Shaped(#shape)) }
            }
            _ => quote! { .with_names(::candor::Names::Listed(&[])) },
        }
    });
    let entry = entry_literal(manifest, entry);
    quote! {
        #[doc = #docs]
        pub const #constant: ::candor::#type_name<#module::Scope> = ::candor::#type_name::declared(#entry)#names;
    }
}

/// The module of a record: its scope, fields, and what an operation has beside them.
fn module(entry: &Entry, operation: Option<&Operation>) -> TokenStream {
    let module = rust_name::module(&entry.name);
    let docs = format!("What belongs to `{}`.", entry.name);
    let fields = fields(&entry.fields);
    let errors = operation.filter(|operation| !operation.errors.is_empty()).map(|operation| {
        let listed = listed("error", "The classes of error that can end it or a part of it.", &operation.errors);
        quote! {
            #listed
            impl ::core::convert::From<Error> for ::candor::ErrorClass {
                fn from(error: Error) -> Self {
                    Self::new(::candor::Listed::name(error))
                }
            }
        }
    });
    let parts = operation.map(|operation| parts(&operation.parts));
    quote! {
        #[doc = #docs]
        pub mod #module { #fields #errors #parts }
    }
}

fn parts(parts: &[Part]) -> TokenStream {
    if parts.is_empty() {
        return TokenStream::new();
    }
    let constants = parts.iter().map(|part| {
        let (name, docs) = (&part.name, &part.description);
        let (constant, module) = (rust_name::type_or_variant(name), rust_name::module(name));
        quote! {
            #[doc = #docs]
            pub const #constant: ::candor::Part<Scope, #module::Scope> = ::candor::Part::declared(#name);
        }
    });
    let modules = parts.iter().map(|part| {
        let (module, docs) = (rust_name::module(&part.name), format!("What belongs to the part `{}`.", part.name));
        let fields = fields(&part.fields);
        quote! { #[doc = #docs] pub mod #module { #fields } }
    });
    quote! {
        /// Its parts.
        pub struct Part;
        impl Part { #(#constants)* }
        #(#modules)*
    }
}
