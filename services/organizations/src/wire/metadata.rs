//! JSON objects as `google.protobuf.Struct` and as the domain keeps them.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as ProtoValue};
use serde_json::{Map, Number, Value};

/// The object; `None` when it holds a number that JSON cannot say.
pub fn from_struct(object: Struct) -> Option<Map<String, Value>> {
    object.fields.into_iter().map(|(name, value)| Some((name, from_value(value)?))).collect()
}

fn from_value(value: ProtoValue) -> Option<Value> {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Some(Value::Null),
        Some(Kind::BoolValue(flag)) => Some(Value::Bool(flag)),
        Some(Kind::NumberValue(number)) => Number::from_f64(number).map(Value::Number),
        Some(Kind::StringValue(text)) => Some(Value::String(text)),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(from_value).collect::<Option<_>>().map(Value::Array),
        Some(Kind::StructValue(object)) => from_struct(object).map(Value::Object),
    }
}

/// The object as a message.
pub fn to_struct(object: &Map<String, Value>) -> Struct {
    Struct { fields: object.iter().map(|(name, value)| (name.clone(), to_value(value))).collect() }
}

fn to_value(value: &Value) -> ProtoValue {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(flag) => Kind::BoolValue(*flag),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(values) => Kind::ListValue(ListValue { values: values.iter().map(to_value).collect() }),
        Value::Object(object) => Kind::StructValue(to_struct(object)),
    };
    ProtoValue { kind: Some(kind) }
}
