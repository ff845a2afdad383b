//! Data points become counts: sums of a time that is over, and totals since a time that is said.

use super::{
    body::Body,
    metric::{Metric, Point},
    resource::Source,
};
use crate::{
    Event, Kind, Record, Timestamp, Value,
    decode::{
        Dropped, Limits,
        content_id::{ContentIds, Fields},
    },
};

/// `AGGREGATION_TEMPORALITY_DELTA` and `…_CUMULATIVE`.
const DELTA: i64 = 1;
const CUMULATIVE: i64 = 2;

/// What a counter has come to since it began. What of it was counted before, whoever keeps totals knows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Total {
    /// Tells the counter from every other, and from itself when it begins anew: what counts, by which library of which process,
    /// with which attributes, since when.
    pub stream: String,
    /// How many times since then.
    pub value: u64,
}

/// What a request says.
#[derive(Default)]
pub(super) struct Points {
    pub(super) items: Vec<Result<Event, Dropped>>,
    /// Of the items at these places, whose count is 0, the total.
    pub(super) totals: Vec<(usize, Total)>,
}

/// What tells the metrics of a library of a process from others.
struct Place<'a> {
    resource: &'a str,
    scope: &'a str,
    scope_version: &'a str,
}

/// What a request's data points say.
pub(super) fn points(body: Body<Metric>, received: Timestamp, limits: &Limits) -> Points {
    let mut ids = ContentIds::default();
    let mut points = Points::default();
    for mut of_resource in body.resources {
        let resource = of_resource.resource.content(limits);
        let source = Source::new(of_resource.resource, received, limits);
        for of_scope in of_resource.scopes {
            let place =
                Place { resource: &resource, scope: &of_scope.scope.name, scope_version: &of_scope.scope.version };
            for Metric { name, sum, others } in of_scope.entries {
                for mut point in sum.points {
                    let item = match (sum.is_monotonic != 0, sum.temporality) {
                        (true, DELTA) => item(&name, point, &source, &mut ids),
                        (true, CUMULATIVE) => total(&name, &mut point, &place, limits).and_then(|total| {
                            let event = event(&name, point, &source, total.stream.clone())?;
                            points.totals.push((points.items.len(), total));
                            Ok(event)
                        }),
                        _ => Err(Dropped::NotKept),
                    };
                    points.items.push(item);
                }
                points.items.extend((0..others.points).map(|_| Err(Dropped::NotKept)));
            }
        }
    }
    points
}

fn item(name: &str, point: Point, source: &Source<'_>, ids: &mut ContentIds) -> Result<Event, Dropped> {
    let (start_nanos, nanos) = (point.start_nanos, point.nanos);
    let count = point.value.clone().and_then(whole);
    let count = count.filter(|count| *count <= source.limits.max_count).ok_or(Dropped::NotKept)?;
    let event = event(name, point, source, String::new())?;
    let content = source.content("point", name, nanos).number(start_nanos).number(count);
    let message_id = ids.of(content.attributes(&event.record.attributes));
    Ok(Event { message_id, record: Record { count, ..event.record }, ..event })
}

/// What a point's counter has come to, if it says since when.
fn total(name: &str, point: &mut Point, place: &Place<'_>, limits: &Limits) -> Result<Total, Dropped> {
    let value = point.value.clone().and_then(whole).filter(|value| i64::try_from(*value).is_ok());
    let value = value.ok_or(Dropped::NotKept)?;
    if point.start_nanos == 0 {
        return Err(Dropped::CumulativeTemporality);
    }
    let texts = [place.resource, place.scope, place.scope_version, name, &point.attributes.content(limits)];
    let fields = texts.into_iter().fold(Fields::default(), |fields, text| fields.field(text.as_bytes()));
    Ok(Total { stream: fields.number(point.start_nanos).hash(), value })
}

/// The event of a count that is still to be said.
fn event(name: &str, point: Point, source: &Source<'_>, message_id: String) -> Result<Event, Dropped> {
    let name = source.name(name.to_owned())?;
    let time = source.happened(point.nanos)?;
    let attributes = point.attributes.finish(source.limits)?;
    let environment = source.environment.clone();
    let record = Record { count: 0, environment, attributes, ..Record::new(Kind::Count, name, time) };
    Ok(Event { message_id, user_id: source.instance_id.clone(), sdk: source.sdk.clone(), record, report: None })
}

/// How many times; a sum of fractions, of seconds say, is no count.
fn whole(value: Value) -> Option<u64> {
    match value {
        Value::Integer(number) => u64::try_from(number).ok(),
        // `as` saturates, and what is so large is no count either.
        Value::Float(number) if number >= 0.0 && number.fract() == 0.0 => Some(number as u64),
        _ => None,
    }
}
