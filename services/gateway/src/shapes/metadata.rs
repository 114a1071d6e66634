//! An organization's own JSON object, to and from its form between services.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as ProtoValue};
use serde_json::{Map, Number, Value};

use crate::http_error::HttpError;

/// Levels below the object itself. Messages between services nest three times as deep, and at most 100.
const DEEPEST: usize = 16;
/// Beyond it a double no longer holds every whole number.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// The object as services take it; refused where it would not come back as it was.
pub(crate) fn from_json(object: Map<String, Value>) -> Result<Struct, HttpError> {
    struct_of(object, DEEPEST).map_err(|problem| HttpError::invalid("metadata", problem))
}

fn struct_of(object: Map<String, Value>, levels: usize) -> Result<Struct, &'static str> {
    let fields = object.into_iter().map(|(key, value)| proto_value(value, levels).map(|value| (key, value)));
    Ok(Struct { fields: fields.collect::<Result<_, _>>()? })
}

fn proto_value(value: Value, levels: usize) -> Result<ProtoValue, &'static str> {
    let levels = levels.checked_sub(1).ok_or("must not be nested deeper than 16 levels")?;
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(value),
        Value::Number(number) => Kind::NumberValue(exact(&number)?),
        Value::String(text) => Kind::StringValue(text),
        Value::Array(elements) => {
            let values = elements.into_iter().map(|element| proto_value(element, levels));
            Kind::ListValue(ListValue { values: values.collect::<Result<_, _>>()? })
        }
        Value::Object(object) => Kind::StructValue(struct_of(object, levels)?),
    };
    Ok(ProtoValue { kind: Some(kind) })
}

fn exact(number: &Number) -> Result<f64, &'static str> {
    let double = number.as_f64().ok_or("holds a number that cannot be kept")?;
    if !number.is_f64() && double.abs() > LARGEST_WHOLE {
        return Err("must not hold whole numbers beyond 2^53 - 1; write them as strings");
    }
    Ok(double)
}

/// The object as clients see it.
pub(crate) fn to_json(object: Struct) -> Map<String, Value> {
    object.fields.into_iter().map(|(key, value)| (key, json_value(value))).collect()
}

fn json_value(value: ProtoValue) -> Value {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(value)) => Value::Bool(value),
        Some(Kind::NumberValue(double)) => json_number(double),
        Some(Kind::StringValue(text)) => Value::String(text),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(json_value).collect(),
        Some(Kind::StructValue(object)) => Value::Object(to_json(object)),
    }
}

/// Whole numbers come back without a fraction.
#[allow(clippy::cast_possible_truncation, reason = "the number is whole and within the bounds of i64")]
fn json_number(double: f64) -> Value {
    if double.fract() == 0.0 && double.abs() <= LARGEST_WHOLE {
        Value::from(double as i64)
    } else {
        Number::from_f64(double).map_or(Value::Null, Value::Number)
    }
}
