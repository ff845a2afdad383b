//! Spans become operations, and the spans below them parts of these.

use std::collections::HashMap;

use super::{body::Body, message::Id, resource::Source, span::Span};
use crate::{
    DurationBucket, Event, Kind, Outcome, Record, Timestamp,
    decode::{
        Dropped, Limits,
        content_id::{ContentIds, hexadecimal},
        stack::cut,
    },
};

/// How far up the operation of a span is looked for. Deeper traces are recursion, or a circle.
const MAX_ANCESTORS: usize = 64;

/// The items of a request.
pub(super) fn items(body: Body<Span>, received: Timestamp, limits: &Limits) -> Vec<Result<Event, Dropped>> {
    let mut ids = ContentIds::default();
    let mut sources = Vec::new();
    let mut spans = Vec::new();
    for of_resource in body.resources {
        let (resource, entries) = of_resource.into_parts();
        spans.extend(entries.map(|span| (sources.len(), span)));
        sources.push(Source::new(resource, received, limits));
    }
    let operations = operations(&spans);
    let spans = spans.into_iter().zip(operations);
    spans.map(|((source, span), operation)| item(span, operation, &sources[source], &mut ids)).collect()
}

/// What each span is: an operation, or a part of the operation of this name, where that is in the request.
enum Role {
    Operation,
    PartOf(Option<String>),
}

fn operations(spans: &[(usize, Span)]) -> Vec<Role> {
    let by_id: HashMap<(Id, Id), &Span> = spans.iter().map(|(_, span)| ((span.trace_id, span.span_id), span)).collect();
    let parent = |span: &Span| by_id.get(&(span.trace_id, span.parent_id)).copied();
    let role = |(_, span): &(usize, Span)| {
        if span.is_operation() {
            return Role::Operation;
        }
        let mut ancestors = std::iter::successors(parent(span), |span| parent(span)).take(MAX_ANCESTORS);
        Role::PartOf(ancestors.find(|span| span.is_operation()).map(|span| span.name.clone()))
    };
    spans.iter().map(role).collect()
}

fn item(mut span: Span, role: Role, source: &Source<'_>, ids: &mut ContentIds) -> Result<Event, Dropped> {
    let error_class = span.take_error_class(source.limits);
    let is_failed = span.is_failed();
    let (start_nanos, end_nanos) = (span.start_nanos, span.end_nanos);
    let name = source.name(span.name)?;
    let nanos = if start_nanos == 0 { end_nanos } else { start_nanos };
    let time = source.happened(nanos)?;
    let attributes = span.attributes.finish(source.limits)?;
    let message_id = match (span.trace_id.bytes(), span.span_id.bytes()) {
        (Some(trace), Some(span)) => format!("span-{}-{}", hexadecimal(trace), hexadecimal(span)),
        _ => {
            let content = source.content("span", &name, nanos);
            ids.of(content.number(end_nanos).attributes(&attributes))
        }
    };
    let (kind, parent) = match role {
        Role::Operation => (Kind::Operation, None),
        Role::PartOf(operation) => (Kind::Part, operation.and_then(|name| source.name(name).ok())),
    };
    let took = end_nanos.checked_sub(start_nanos).filter(|_| start_nanos != 0);
    let record = Record {
        parent,
        outcome: Some(if is_failed { Outcome::Error } else { Outcome::Ok }),
        error_class: error_class.filter(|_| is_failed).map(|class| cut(class, source.limits.max_name_bytes)),
        duration: took.map(|nanos| DurationBucket::of_micros(nanos / 1000)),
        environment: source.environment.clone(),
        attributes,
        ..Record::new(kind, name, time)
    };
    Ok(Event { message_id, user_id: source.instance_id.clone(), sdk: source.sdk.clone(), record, report: None })
}
