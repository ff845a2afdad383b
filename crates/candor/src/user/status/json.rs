//! A status for programs.

use candor_wire::json::{Object, text};

use super::{NoticeStatus, Recorded, Status};
use crate::{
    consent::{Reading, Said, Source},
    user::text::{list, object, write_object},
};

impl Status {
    /// The same as one line of JSON; docs/sdk.md says what its members mean.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|status| {
            status.text("application", &self.application);
            status.text("version", &self.version);
            status.text("level", self.decision.level.as_str());
            status.text("decided_by", &self.decision.decided_by.to_string());
            status.plain("sends", self.decision.level.sends());
            list(status.member("sources"), &self.decision.readings, source);
            if let Some(since) = self.decision.since {
                status.text("since", &since.to_string());
            }
            notice(status, &self.notice);
            write_object(status.member("identity"), |identity| {
                identity.text("mode", self.identity.mode.as_str());
                identity.text("declared", self.identity.declared.as_str());
                if let Some((path, file)) = &self.identity.file {
                    identity.text("file", &path.to_string_lossy());
                    identity.text("state", file.meaning());
                }
            });
            recorded(status.member("waiting"), self.waiting);
            recorded(status.member("kept"), self.kept);
            list(status.member("reports"), &self.reports, |out, report| out.push_str(&report.to_json()));
            status.plain("lost", self.lost);
            uploads(status, self);
            status.plain("sent_requests", self.sent_requests);
            status.text("endpoint", &self.endpoint);
            status.text("docs", &self.docs);
            status.optional("directory", self.directory.as_deref().map(|path| path.to_string_lossy()).as_deref());
            status.optional("choice", self.choice.as_deref().map(|path| path.to_string_lossy()).as_deref());
            list(status.member("damage"), &self.damage, |out, damage| {
                write_object(out, |found| {
                    found.text("path", &damage.path.to_string_lossy());
                    found.text("what", &damage.what);
                });
            });
        })
    }
}

fn uploads(json: &mut Object<'_>, status: &Status) {
    if let Some(last) = &status.uploads.last {
        write_object(json.member("last_upload"), |upload| {
            upload.text("time", &last.time.to_string());
            upload.text("outcome", &last.outcome.to_string());
        });
    }
    if let (Some(next), true) = (status.uploads.next, status.decision.level.sends()) {
        json.text("next_upload", &next.to_string());
    }
    json.optional("refused_version", status.uploads.refused_version.as_deref());
}

fn source(out: &mut String, reading: &Reading) {
    write_object(out, |source| {
        source.text("source", &reading.source.to_string());
        source.text("kind", kind(&reading.source));
        match &reading.said {
            Said::Nothing => source.text("said", "nothing"),
            Said::Level(level) => source.text("said", level.as_str()),
            Said::Unclear(why) => {
                source.text("said", "unclear");
                source.text("reason", why);
            }
        }
    });
}

fn kind(source: &Source) -> &'static str {
    match source {
        Source::Flag(_) => "flag",
        Source::Variable(_) => "variable",
        Source::SystemPolicy(_) => "policy",
        Source::UserChoice(_) => "choice",
        Source::LevelVariable(_) => "level_variable",
        Source::Manifest => "default",
        Source::Question => "question",
        Source::Notice => "notice",
    }
}

fn notice(status: &mut Object<'_>, notice: &NoticeStatus) {
    let word = match notice {
        NoticeStatus::Shown => "shown",
        NoticeStatus::NotShown => "not_shown",
        NoticeStatus::NotNeeded => "not_needed",
        NoticeStatus::News(_) => "news",
    };
    status.text("notice", word);
    if let NoticeStatus::News(news) = notice {
        list(status.member("news"), news, |out, line| text(out, line));
    }
}

fn recorded(out: &mut String, recorded: Recorded) {
    write_object(out, |counts| {
        counts.plain("usage", recorded.usage);
        counts.plain("reports", recorded.reports);
    });
}
