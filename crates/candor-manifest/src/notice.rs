//! The notice that is shown before anything is sent.

use crate::{IdentityMode, Manifest, Messages, Shape};

impl Manifest {
    /// The notice that is shown before anything is sent: the manifest's own, of at most six lines, or one made of what it
    /// says, of at most five, so that a line about what is new has room above it.
    #[must_use]
    pub fn notice(&self) -> String {
        if let Some(notice) = &self.consent.notice {
            return notice.clone();
        }
        let application = &self.application;
        let (name, operator, docs) = (&application.name, application.operator(), &application.docs);
        let crashes = if self.crash.is_some() { " and where it crashes" } else { "" };
        let mut lines = vec![
            format!("{name} records how it is used{crashes}, so that its authors see what to improve."),
            format!("It sends that to {operator}. {}", self.cannot_record()),
        ];
        lines.extend(match &self.identity.mode {
            IdentityMode::None => None,
            IdentityMode::Rotating => {
                Some("A random-looking value links what it sends, and changes every month.".to_owned())
            }
            mode @ IdentityMode::Installation { .. } => {
                let file = mode.shown_file().unwrap_or_default();
                Some(format!("A random number, kept in the file {file}, links what it sends."))
            }
        });
        let flag = self.inspect.as_ref().and_then(|inspect| inspect.flag.as_ref());
        let inspect = flag.map(|flag| format!("it would send: {flag}; what ")).unwrap_or_default();
        lines.push(format!("See what {inspect}it records and why: {docs}"));
        let mut switches = self.consent.flags.clone();
        switches.extend(self.consent.variables.iter().map(|variable| format!("{variable}=1")));
        lines.push(format!("Turn it off: {} or DO_NOT_TRACK=1.", switches.join(", ")));
        lines.join("\n")
    }

    fn cannot_record(&self) -> String {
        let names_flags = self.fields().any(|field| field.shape == Shape::Flag);
        let arguments = if names_flags { "values of arguments" } else { "arguments" };
        let scrubbed = self.crash.as_ref().is_some_and(|crash| crash.messages == Messages::Scrubbed);
        if scrubbed {
            format!("It does not record {arguments} or file contents; crash messages lose what looks personal.")
        } else {
            format!("It cannot record {arguments}, paths, file contents or error texts.")
        }
    }
}
