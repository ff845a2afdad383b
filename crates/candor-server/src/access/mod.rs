//! Who may send and who may look.

pub(crate) mod credentials;
mod grants;
mod secret;
pub(crate) mod viewer;

pub(crate) use grants::Grants;
pub use grants::Scope;
pub(crate) use secret::Secret;
