//! `GET /api/v1/openapi.json`: Candor's own API, made of the lists that the code itself goes by.
//!
//! The routes of other protocols are not in it: their makers document them.

mod schemas;

use super::maintenance::TASKS;
use crate::error::Code;
use axum::Json;
use candor_report::{Dimension, ReportName, Source};
use serde_json::{Map, Value, json};

/// The description of the API.
pub(crate) async fn get_openapi() -> Json<Value> {
    Json(document())
}

/// In OpenAPI 3.1.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for name in ReportName::ALL {
        paths.insert(format!("/api/v1/projects/{{project}}/reports/{name}"), json!({ "get": report(name) }));
    }
    paths.insert("/api/v1/projects/{project}/pipeline".into(), json!({ "get": pipeline() }));
    paths.insert("/api/v1/sql".into(), json!({ "post": sql() }));
    paths.insert("/api/v1/projects/{project}/erase".into(), json!({ "post": erase() }));
    paths.insert("/api/v1/maintenance/{task}".into(), json!({ "post": maintenance() }));
    paths.insert(
        "/api/v1/openapi.json".into(),
        json!({ "get": open("This description", "application/json", json!({ "type": "object" })) }),
    );
    for (path, purpose) in [("/healthz", "Whether the process answers"), ("/readyz", "Whether events can be taken")] {
        paths.insert(path.into(), json!({ "get": open(purpose, "text/plain", json!({ "type": "string" })) }));
    }
    let metrics =
        open("Numbers about the collector itself", "application/openmetrics-text", json!({ "type": "string" }));
    paths.insert("/metrics".into(), json!({ "get": metrics }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Candor collector",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Reports about projects. A token reads the project that it was made for.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas::shared(),
            "responses": { "Refused": refused() },
        },
    })
}

/// An operation that needs no token.
fn open(purpose: &str, content_type: &str, schema: Value) -> Value {
    let mut operation = operation(purpose, Vec::new(), json!({ content_type: { "schema": schema } }));
    operation["security"] = json!([]);
    operation
}

fn operation(purpose: &str, parameters: Vec<Value>, content: Value) -> Value {
    json!({
        "summary": purpose,
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer", "content": content },
            "default": { "$ref": "#/components/responses/Refused" },
        },
    })
}

fn report(name: ReportName) -> Value {
    let mut parameters = vec![project(), since()];
    parameters.extend(Dimension::ALL.map(|name| parameter(name.as_str(), name.description(), schemas::filter(name))));
    parameters.push(parameter(
        "filter",
        "Only this value of a declared attribute, as NAME=VALUE; may be repeated",
        json!({ "type": "string", "pattern": "^[^=]+=" }),
    ));
    if name.has_breakdown() {
        let field = "Break each row down by a filter's name (but component), or by a declared attribute's";
        parameters.push(parameter("by", field, json!({ "type": "string", "minLength": 1 })));
        let top = "How many values have rows of their own; the others are called other";
        parameters.push(parameter(
            "top",
            top,
            json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 10 }),
        ));
    }
    if name.has_comparison() {
        let compare = "Whether to answer the same about as many days before";
        parameters.push(parameter("compare", compare, json!({ "type": "boolean", "default": false })));
    }
    let source = "From which rows to answer: sums of days where they have what is needed, single rows, or sums only";
    let sources = Source::ALL.map(Source::as_str);
    parameters.push(parameter("source", source, json!({ "enum": sources, "default": Source::default().as_str() })));
    let formats = json!({ "enum": super::report::FORMATS, "default": "json" });
    parameters.push(parameter("format", "In which form to answer", formats));
    let mut content = json!({
        "application/json": { "schema": schemas::report(name) },
        "text/csv": { "schema": { "type": "string" } },
    });
    content[super::report::PARQUET] = json!({});
    let mut operation = operation(name.description(), parameters, content);
    operation["operationId"] = format!("report_{name}").into();
    operation
}

fn pipeline() -> Value {
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Pipeline" } } });
    operation("Accepted, duplicate, dropped and rejected, by reason", vec![project(), since()], content)
}

fn sql() -> Value {
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/SqlAnswer" } } });
    let mut operation = operation("One SELECT over the tables `facts` and `crashes`", Vec::new(), content);
    operation["requestBody"] = json!({
        "required": true,
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/SqlQuestion" } } },
    });
    operation
}

fn erase() -> Value {
    let mut operation = operation("All that is known of an installation goes", vec![project()], done());
    operation["requestBody"] = json!({
        "required": true,
        "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["installation"],
            "additionalProperties": false,
            "properties": { "installation": { "type": "string", "description": "As its tool names it" } },
        } } },
    });
    operation
}

fn maintenance() -> Value {
    let task = json!({
        "name": "task",
        "in": "path",
        "required": true,
        "description": "What to do",
        "schema": { "enum": TASKS.map(|(name, _)| name) },
    });
    operation("Keeps the tables small; answered when it is done", vec![task], done())
}

fn done() -> Value {
    json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Maintained" } } })
}

fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn project() -> Value {
    let schema = json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$" });
    json!({ "name": "project", "in": "path", "required": true, "description": "The project's name", "schema": schema })
}

fn since() -> Value {
    json!({
        "name": "since",
        "in": "query",
        "description": "How far back to look: days, weeks or years up to today",
        "schema": { "type": "string", "pattern": "^[1-9][0-9]{0,3}[dwy]$", "default": "30d" },
    })
}

/// Everything but 2xx has this body.
fn refused() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "description": "Refused; `code` says why, and docs/http.md lists the codes",
        "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["success", "code", "message", "detail"],
            "properties": {
                "success": { "const": false },
                "code": { "enum": codes },
                "message": { "type": "string" },
                "detail": { "type": "string" },
            },
        } } },
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use crate::routes::ROUTES;

    #[test]
    fn every_route_of_the_own_api_is_described_and_nothing_else() {
        let document = document();
        let described: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
        let of_own = |path: &str| path.starts_with("/api/v1/") || matches!(path, "/healthz" | "/readyz" | "/metrics");
        let own: Vec<&str> = ROUTES.iter().map(|(_, path, _)| *path).filter(|path| of_own(path)).collect();
        for route in &own {
            let (before, _) = route.split_once("{name}").unwrap_or((route, ""));
            assert!(described.iter().any(|path| path.starts_with(before)), "{route} is not described");
        }
        for path in described {
            let is_report = path.starts_with("/api/v1/projects/{project}/reports/");
            assert!(is_report || own.contains(&path.as_str()), "{path} is no route");
        }
    }

    #[test]
    fn everything_that_is_referred_to_is_there() {
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
