//! Metrics: what a counter says of its points. Of the other kinds it is only counted how many points there were.

use super::{
    attributes::Attributes,
    body::{Entry, counted},
    message::{Ignored, Key, Message, Shape, Slot},
};
use crate::{Value, decode::Limits};

/// A `Metric`.
#[derive(Debug, Default)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) sum: Sum,
    pub(super) others: Others,
}

/// A `Sum`: a counter where it is monotonic.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub(super) points: Vec<Point>,
    pub(super) temporality: i64,
    pub(super) is_monotonic: i64,
}

/// A `NumberDataPoint`.
#[derive(Debug, Default)]
pub(super) struct Point {
    pub(super) start_nanos: u64,
    pub(super) nanos: u64,
    pub(super) value: Option<Value>,
    pub(super) attributes: Attributes,
}

/// A `Gauge`, `Histogram`, `ExponentialHistogram` or `Summary`.
#[derive(Debug, Default)]
pub(super) struct Others {
    pub(super) points: usize,
    ignored: Ignored,
}

impl Entry for Metric {
    const NAMES: [&'static str; 3] = ["resourceMetrics", "scopeMetrics", "metrics"];
}

impl Message for Metric {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("name") => Slot::Text(&mut self.name),
            Key::Number(7) | Key::Name("sum") => Slot::Message(&mut self.sum),
            Key::Number(5 | 9 | 10 | 11) | Key::Name("gauge" | "histogram" | "exponentialHistogram" | "summary") => {
                Slot::Message(&mut self.others)
            }
            _ => Slot::Skip,
        }
    }
}

impl Message for Sum {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("dataPoints") => counted(&mut self.points),
            Key::Number(2) | Key::Name("aggregationTemporality") => Slot::Number(&mut self.temporality),
            Key::Number(3) | Key::Name("isMonotonic") => Slot::Number(&mut self.is_monotonic),
            _ => Slot::Skip,
        }
    }
}

impl Message for Point {
    fn field(&mut self, key: Key<'_>, limits: &Limits) -> Slot<'_> {
        match key {
            Key::Number(2) | Key::Name("startTimeUnixNano") => Slot::Fixed(&mut self.start_nanos),
            Key::Number(3) | Key::Name("timeUnixNano") => Slot::Fixed(&mut self.nanos),
            Key::Number(4) | Key::Name("asDouble") => Slot::OneOf(Shape::Double, &mut self.value),
            Key::Number(6) | Key::Name("asInt") => Slot::OneOf(Shape::Fixed, &mut self.value),
            Key::Number(7) | Key::Name("attributes") => self.attributes.slot(limits),
            _ => Slot::Skip,
        }
    }
}

impl Message for Others {
    fn field(&mut self, key: Key<'_>, _: &Limits) -> Slot<'_> {
        match key {
            Key::Number(1) | Key::Name("dataPoints") => {
                self.points += 1;
                Slot::Counted(&mut self.ignored)
            }
            _ => Slot::Skip,
        }
    }
}
