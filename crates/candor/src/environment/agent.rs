//! Which coding agent runs the tool, by the variables that agents set for the commands they run.

use super::is_set;
use crate::{
    text::first,
    variables::{Lookup, text},
};

/// Variable and agent, a pair a line; the first one that is set decides.
const AGENTS: &str = "\
CLAUDECODE claude_code
CURSOR_AGENT cursor
CURSOR_TRACE_ID cursor
GEMINI_CLI gemini_cli
CODEX_SANDBOX codex
CODEX_THREAD_ID codex
OPENCODE opencode
AUGMENT_AGENT augment
CLINE_ACTIVE cline
GOOSE_TERMINAL goose
AMP_CURRENT_THREAD_ID amp
COPILOT_CLI copilot
REPLIT_AGENT replit
";

/// The agent's name, `other` where an agent says only that it is one (`AGENT`, `AI_AGENT`), or `none`.
pub(super) fn name(lookup: Lookup<'_>) -> &'static str {
    if let Some(agent) = first(AGENTS, &|variable| is_set(lookup, variable)) {
        return agent;
    }
    // Goose and Amp say their name in a variable that others use too; any other name stays unsaid.
    match text(lookup, "AGENT").as_deref() {
        Some("goose") => "goose",
        Some("amp") => "amp",
        _ if is_set(lookup, "AI_AGENT") => "other",
        _ => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::of;

    #[test]
    fn agents_are_known_by_their_variables_and_a_person_is_none() {
        assert_eq!(name(&of(&[("CLAUDECODE", "1")])), "claude_code");
        assert_eq!(name(&of(&[("CURSOR_TRACE_ID", "0123")])), "cursor");
        assert_eq!(name(&of(&[("AGENT", "goose")])), "goose");
        assert_eq!(name(&of(&[("AI_AGENT", "somebody's own")])), "other");
        assert_eq!(name(&of(&[("AGENT", "/home/me/ssh-agent")])), "none");
    }
}
