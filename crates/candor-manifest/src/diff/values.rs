//! What fields and names can say, as statements.

use super::statement::Statement;
use crate::{Field, Shape};

/// The fields of a record or a part.
pub(super) fn of_fields(subject: &str, path: &str, fields: &[Field], list: &mut Vec<Statement>) {
    for field in fields {
        let (subject, path) = (format!("{subject}, field {}", field.name), format!("{path}.{}", field.name));
        list.push(Statement::presence(subject.clone(), &field.description, path.clone()));
        of_shape(&subject, &path, &field.shape, list);
    }
}

/// The values of a field, or the names of components.
pub(super) fn of_shape(subject: &str, path: &str, shape: &Shape, list: &mut Vec<Statement>) {
    let bounds = match shape {
        Shape::Bucket(bounds) => {
            let bounds: Vec<String> = bounds.iter().map(u64::to_string).collect();
            Some(("bounds", bounds.join(" ")))
        }
        Shape::Name(name) => {
            let (pattern, bytes, different) = (name.pattern.as_str(), name.max_length, name.max_distinct);
            Some(("names", format!("{pattern} of at most {bytes} bytes, {different} different")))
        }
        _ => None,
    };
    if let Shape::Enum(values) = shape {
        let value = |value: &String| {
            Statement::presence(format!("{subject}, value {value}"), "recorded", format!("{path}.{value}"))
        };
        list.extend(values.iter().map(value));
    }
    let type_name = shape.type_name();
    let line = match &bounds {
        Some((_, bounds)) => format!("{path}={type_name} {bounds}"),
        None => format!("{path}={type_name}"),
    };
    // One line says both, so that a change of either changes it.
    list.extend(bounds.map(|(name, bounds)| Statement::detail(format!("{subject}, {name}"), bounds, Vec::new())));
    list.push(Statement::detail(format!("{subject}, type"), type_name.to_owned(), vec![line]));
}
