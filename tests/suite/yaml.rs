//! What is written as YAML is read back as it was.

use fastrand::Rng;
use kubectl_ds::output::yaml;
use serde_json::Value;

use crate::scalars::object;

const OBJECTS: usize = 5_000;

#[test]
fn every_text_is_read_back_as_it_was() {
    let mut rng = Rng::with_seed(9);
    for number in 0..OBJECTS {
        let object = object(&mut rng, number);
        let text = yaml::to_string(&object).unwrap();
        let read: Value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(read, object, "{text}");
    }
}
