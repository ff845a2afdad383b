//! Which CI service runs the tool, by the variables that the services set.

use super::is_set;
use crate::{text::first, variables::Lookup};

/// Variable and service, a pair a line; the first one that is set to anything but a no decides.
const SERVICES: &str = "\
GITHUB_ACTIONS github_actions
GITLAB_CI gitlab_ci
CIRCLECI circleci
TRAVIS travis
JENKINS_URL jenkins
BUILDKITE buildkite
TF_BUILD azure_pipelines
TEAMCITY_VERSION teamcity
BITBUCKET_BUILD_NUMBER bitbucket
APPVEYOR appveyor
DRONE drone
SEMAPHORE semaphore
CIRRUS_CI cirrus_ci
CODEBUILD_BUILD_ID aws_codebuild
WOODPECKER_CI woodpecker
GITEA_ACTIONS gitea_actions
BUDDY buddy
SYSTEM_TEAMFOUNDATIONCOLLECTIONURI azure_pipelines
NETLIFY netlify
VERCEL vercel
SOURCEHUT_JOB_ID sourcehut
";

/// The service's name, `other` where only `CI` says that it is one, or `none`.
pub(super) fn service(lookup: Lookup<'_>) -> &'static str {
    match first(SERVICES, &|variable| is_set(lookup, variable)) {
        Some(service) => service,
        None if ["CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER"].iter().any(|name| is_set(lookup, name)) => "other",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::of;

    #[test]
    fn a_service_is_known_by_its_variable() {
        assert_eq!(service(&of(&[("CI", "true"), ("GITHUB_ACTIONS", "true")])), "github_actions");
        assert_eq!(service(&of(&[("JENKINS_URL", "https://jenkins.example")])), "jenkins");
    }

    #[test]
    fn ci_alone_is_another_service_and_ci_set_to_false_is_none() {
        assert_eq!(service(&of(&[("CI", "1")])), "other");
        assert_eq!(service(&of(&[("CI", "false"), ("TRAVIS", "")])), "none");
        assert_eq!(service(&of(&[])), "none");
    }
}
