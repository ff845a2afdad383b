//! Holding what counts installations to its exact shape.

use candor_wire::{Record, active};

use super::{Dropped, Enforced, Refusal, hold_environment};
use crate::Active;

/// Whatever is no part of the shape goes, by its name; so does a record of a sketch with more cells than are declared.
pub(super) fn enforce_active(declared: &Active, mut record: Record) -> Enforced {
    let held = active::hold(&mut record);
    let is_fine = match active::Active::of(&record.attributes) {
        Some(active::Active::Sketch(sketch)) => sketch.bits <= declared.sketch_bits,
        Some(active::Active::Flags(_)) => true,
        None => false,
    };
    let Some(names) = held.filter(|_| is_fine) else { return Enforced::Refused(Refusal::MalformedActive) };
    let mut dropped = Dropped(Vec::new());
    names.iter().for_each(|name| dropped.undeclared(name));
    hold_environment(&mut record.environment, &mut dropped);
    Enforced::Kept { record, dropped: dropped.0 }
}
