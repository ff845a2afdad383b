//! A plugin or provider that is there, and its version.

use candor_wire::{Attribute, Kind, Record, Value};

use crate::{
    declared::{Component, OTHER, version_or_other},
    telemetry::Telemetry,
};

impl Telemetry {
    /// Records that a component of this set is there. A name outside the declared shape, or one too many, is recorded
    /// as `other`; so is a version that does not look like one.
    pub fn component<S>(&self, component: Component<S>, name: &str, version: &str) {
        let entry = component.entry();
        let Some(active) = self.active_for(entry) else { return };
        let admitted = component
            .admitted(name)
            .filter(|name| active.process().distinct.admits(entry.name, "", name, component.max_distinct()));
        let mut record = Record::new(Kind::Component, admitted.unwrap_or(OTHER), active.time(entry));
        record.parent = Some(entry.name.to_owned());
        let version = Value::Text(version_or_other(version).to_owned());
        record.attributes.push(Attribute { name: "component_version".to_owned(), value: version });
        active.record(entry, record, Vec::new());
    }
}
