//! The fields of a record or a part, as constants that are tied to its scope.

use candor_manifest::{Field, NameShape, Shape};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust_name;

/// The scope, the constants of the fields, and an enum for each field of listed values.
pub(super) fn fields(fields: &[Field]) -> TokenStream {
    let fields = fields.iter().map(field);
    quote! {
        /// Ties fields to their record.
        pub enum Scope {}
        #(#fields)*
    }
}

fn field(field: &Field) -> TokenStream {
    let (name, docs) = (&field.name, &field.description);
    let constant = rust_name::field(name);
    let (listed, field_type) = match &field.shape {
        Shape::Bool => (None, quote! { Bool }),
        Shape::Enum(values) => {
            let list = rust_name::type_or_variant(name);
            (Some(listed(&field.name, docs, values)), quote! { Enum<#list> })
        }
        Shape::Version => (None, quote! { Version }),
        Shape::Bucket(_) => (None, quote! { Bucket }),
        Shape::Duration => (None, quote! { Duration }),
        Shape::Count => (None, quote! { Count }),
        Shape::Name(_) => (None, quote! { Name }),
        Shape::Command => (None, quote! { Command }),
        Shape::Flag => (None, quote! { Flag }),
    };
    let shape = match &field.shape {
        Shape::Bucket(bounds) => quote! { ::candor::Shape::Bucket(&[#(#bounds),*]) },
        Shape::Name(names) => name_shape(names),
        _ => quote! { ::candor::Shape::Plain },
    };
    quote! {
        #listed
        #[doc = #docs]
        pub const #constant: ::candor::Field<Scope, ::candor::field::#field_type> =
            ::candor::Field::declared(#name, #shape);
    }
}

/// An enum of listed values, called after what it lists.
pub(super) fn listed(name: &str, docs: &str, values: &[String]) -> TokenStream {
    let list = rust_name::type_or_variant(name);
    let variants: Vec<_> = values.iter().map(|value| rust_name::type_or_variant(value)).collect();
    let docs_of_variants = values.iter().map(|value| format!("`{value}`"));
    quote! {
        #[doc = #docs]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::cmp::Eq)]
        pub enum #list {
            #(#[doc = #docs_of_variants] #variants),*
        }

        impl ::candor::Listed for #list {
            fn name(self) -> &'static ::core::primitive::str {
                match self { #(Self::#variants => #values),* }
            }
        }
    }
}

/// A shape of names that only exist at run time.
pub(super) fn name_shape(names: &NameShape) -> TokenStream {
    let ranges = names.pattern.ranges().iter().map(|(first, last)| {
        let (first, last) = (Literal::byte_character(*first), Literal::byte_character(*last));
        quote! { #first..=#last }
    });
    let (max_length, max_distinct) = (names.max_length, names.max_distinct);
    quote! {
        ::candor::Shape::Name {
            allowed: |byte: ::core::primitive::u8| ::core::matches!(byte, #(#ranges)|*),
            max_length: #max_length,
            max_distinct: #max_distinct,
        }
    }
}
