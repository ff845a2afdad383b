//! The tool's database, for telling how many installations share one.

use super::rotating::{hex, month};
use crate::{
    declared::{Declaration, IdentityMode},
    random::mac,
};

/// The id that a database gave itself, as 64 bits that only this project's records share, and only for as long as the
/// identity mode lets anything be linked. `None` where the manifest does not declare it, or nothing may be linked.
pub(crate) fn database_id(declaration: &Declaration, mode: IdentityMode, id: &str, day: i32) -> Option<String> {
    let period = match mode {
        IdentityMode::None => return None,
        IdentityMode::Rotating => month(day),
        IdentityMode::Installation { .. } => String::new(),
    };
    if !declaration.database_id || id.is_empty() {
        return None;
    }
    let message = format!("candor/database/1\0{}\0{period}\0{id}", declaration.application);
    Some(hex(&mac(message.as_bytes(), declaration.write_key.as_bytes())[..8]))
}
