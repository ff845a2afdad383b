//! The declared fields of one record.

use std::{marker::PhantomData, sync::Arc};

use candor_wire::{Attribute, Value};

use crate::{
    active::Active,
    declared::{Field, FieldType, OTHER, Shape},
};

/// The fields of a record of scope `S`; each has at most one value, the last one that was set.
pub struct Fields<S> {
    attributes: Vec<Attribute>,
    /// The record they belong to; none when it is not recorded.
    owner: Option<(Arc<Active>, &'static str)>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Fields<S> {
    pub(crate) fn of(owner: Option<(Arc<Active>, &'static str)>) -> Self {
        Self { attributes: Vec::new(), owner, scope: PhantomData }
    }

    /// Sets a field. Whatever is outside its declared shape becomes `other`.
    pub fn set<T: FieldType>(&mut self, field: Field<S, T>, input: T::Input<'_>) {
        if let Some(owner) = &self.owner {
            put(&mut self.attributes, owner, field.name(), field.shape(), field.value(input));
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Attribute> {
        std::mem::take(&mut self.attributes)
    }
}

/// What is the same for every scope and type, and so compiled once.
fn put(
    attributes: &mut Vec<Attribute>,
    (active, record): &(Arc<Active>, &'static str),
    name: &'static str,
    shape: &Shape,
    mut value: Value,
) {
    if let (Shape::Name { max_distinct, .. }, Value::Text(text)) = (shape, &value)
        && text != OTHER
        && !active.process().distinct.admits(record, name, text, *max_distinct)
    {
        value = Value::Text(OTHER.to_owned());
    }
    match attributes.iter_mut().find(|attribute| attribute.name == name) {
        Some(attribute) => attribute.value = value,
        None => attributes.push(Attribute { name: name.to_owned(), value }),
    }
}

impl<S> std::fmt::Debug for Fields<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fields").field(&self.attributes).finish()
    }
}
