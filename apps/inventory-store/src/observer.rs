//! Who is told how a fetch goes, while it goes.

use crate::classified::{Classified, ErrorClass};

/// Told of every step of a fetch; from several threads.
pub trait Observer: Sync {
    /// Of a provider that looks at the machine.
    type Collecting: Step;
    /// Of what it found being stored.
    type Storing: Step;

    /// A provider begins to look at the machine.
    fn collecting(&self, provider: &'static str) -> Self::Collecting;

    /// What it found, or how it failed, is about to be stored.
    fn storing(&self, provider: &'static str) -> Self::Storing;

    /// That is all of this provider.
    fn finished(&self, provider: &'static str);
}

/// A step under way.
pub trait Step {
    /// It ended: well, or with an error of this class.
    fn end(self, result: Result<(), ErrorClass>);
}

/// What an observer is told of a result.
pub(crate) fn told<T, E: Classified>(result: &Result<T, E>) -> Result<(), ErrorClass> {
    result.as_ref().map(|_| ()).map_err(Classified::class)
}

/// Nobody wants to know.
impl Observer for () {
    type Collecting = ();
    type Storing = ();

    fn collecting(&self, _: &'static str) {}

    fn storing(&self, _: &'static str) {}

    fn finished(&self, _: &'static str) {}
}

impl Step for () {
    fn end(self, _: Result<(), ErrorClass>) {}
}
