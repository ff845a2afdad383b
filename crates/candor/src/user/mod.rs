//! The user's side: what a user can see and decide of the telemetry of a tool.
//!
//! For the commands `TOOL telemetry …` (feature `clap`), for tools that offer the same in another way, and for
//! `candor status`, which looks at every tool of this computer. Nothing here is called while a tool does its work, and
//! nothing of it is in the binary of a tool that does not use it. Not for deciding whether to record: that is
//! [`Telemetry`](crate::Telemetry).
//!
//! Each function returns what it found or did as a struct, whose `Display` is text for people and whose `to_json` is the
//! same for programs.
//!
//! | function | what it does |
//! |---|---|
//! | [`status`] | what holds, who decided it, what waits, what was found damaged; changes nothing |
//! | [`choose`], [`choose_for_all`] | stores the user's choice in `consent.toml` |
//! | [`preview`] | the exact requests that would be sent now |
//! | [`log`] | what was sent |
//! | [`clear`], [`reset`] | removes what was recorded; makes the next run another installation |
//! | `send`, `send_report` | sends now (feature `upload`) |
//! | [`installed`] | the tools of this computer |

mod choose;
mod clear;
mod consent_file;
mod identity;
mod installed;
mod log;
mod preview;
mod reports;
#[cfg(feature = "upload")]
mod send;
mod status;
mod text;
mod tool;
mod uploads;

pub use choose::{Chosen, ChosenForAll, IdentityWish, Wish, choose, choose_for_all};
pub use clear::{Cleared, Reset, clear, reset};
pub use consent_file::ChooseError;
pub use identity::{IdentityFile, IdentityStatus};
pub use installed::{Found, installed};
pub use log::{Log, SentRequest, log, parse_since};
pub use preview::{Preview, PreviewError, PreviewedRequest, preview};
pub use reports::Report;
#[cfg(feature = "upload")]
pub use send::{SendError, SentReport, send, send_report};
pub use status::{Damage, NoticeStatus, Recorded, Status, status};
pub use text::shown;
pub use tool::Tool;
pub use uploads::{LastUpload, Outcome, Uploads};
