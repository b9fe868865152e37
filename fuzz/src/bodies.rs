//! What was found in an error body, against the model.

use tidegate::ErrorBody;
use tidegate_conformance::reference::body;

/// Compares what was found.
///
/// # Panics
///
/// If the model has found something else, or more was found than there is room for.
pub fn same_body(body: &ErrorBody<'_>, exact: &body::ErrorBody) {
    assert!(body.fields().len() <= 8 && body.violated_policies().len() <= 8);
    let fields = body.fields().iter().map(|it| (it.path.to_string(), it.issue.to_string()));
    let found = body::ErrorBody {
        code: body.code().map(|it| it.to_string()),
        message: body.message().map(|it| it.to_string()),
        request_id: body.request_id().map(|it| it.to_string()),
        fields: fields.collect(),
        policies: body.violated_policies().iter().map(ToString::to_string).collect(),
    };
    assert_eq!(&found, exact);
}
