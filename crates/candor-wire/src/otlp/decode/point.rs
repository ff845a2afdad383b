//! Data points become counts where they are sums of a time that is over.

use super::{
    body::Body,
    metric::{Metric, Point},
    resource::Source,
};
use crate::{
    Event, Kind, Record, Timestamp, Value,
    decode::{Dropped, Limits, content_id::ContentIds},
};

/// `AGGREGATION_TEMPORALITY_DELTA` and `…_CUMULATIVE`.
const DELTA: i64 = 1;
const CUMULATIVE: i64 = 2;

/// The items of a request.
pub(super) fn items(body: Body<Metric>, received: Timestamp, limits: &Limits) -> Vec<Result<Event, Dropped>> {
    let mut ids = ContentIds::default();
    let mut items = Vec::new();
    for of_resource in body.resources {
        let (resource, metrics) = of_resource.into_parts();
        let source = Source::new(resource, received, limits);
        for Metric { name, sum, others } in metrics {
            let is_counter = match (sum.is_monotonic != 0, sum.temporality) {
                (true, DELTA) => Ok(()),
                // Each is a total since the start of a process: which of them were counted before, nobody knows here.
                (true, CUMULATIVE) => Err(Dropped::CumulativeTemporality),
                _ => Err(Dropped::NotKept),
            };
            let points = sum.points.into_iter();
            items.extend(points.map(|point| is_counter.and_then(|()| item(&name, point, &source, &mut ids))));
            items.extend((0..others.points).map(|_| Err(Dropped::NotKept)));
        }
    }
    items
}

fn item(name: &str, point: Point, source: &Source<'_>, ids: &mut ContentIds) -> Result<Event, Dropped> {
    let name = source.name(name.to_owned())?;
    let Point { start_nanos, nanos, value, attributes } = point;
    let count = value.and_then(whole).filter(|count| *count <= source.limits.max_count).ok_or(Dropped::NotKept)?;
    let time = source.happened(nanos)?;
    let attributes = attributes.finish(source.limits)?;
    let content = source.content("point", &name, nanos).number(start_nanos).number(count).attributes(&attributes);
    let message_id = ids.of(content);
    let environment = source.environment.clone();
    let record = Record { count, environment, attributes, ..Record::new(Kind::Count, name, time) };
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
