//! A table of actions: each line gives an action's word, its name, and its values with the codec
//! that writes each.

/// Makes an enum of a table of actions, with `Display`, `parse` and, for tests, `examples`.
///
/// An action is written as its word and its values in the order of the table, with colons between.
/// Two actions may share a word if they differ in the number of their values.
macro_rules! actions {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[$action_meta:meta])*
                $word:literal => $action:ident {
                    $( $(#[$field_meta:meta])* $field:ident: $type:ty as $codec:ident ),* $(,)?
                }
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $( $(#[$action_meta])* $action { $( $(#[$field_meta])* $field: $type ),* } ),*
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(
                        Self::$action { $($field),* } => {
                            f.write_str($word)?;
                            $( write!(f, ":{}", <$codec as Codec<$type>>::encode($field))?; )*
                            Ok(())
                        }
                    ),*
                }
            }
        }

        impl $name {
            /// The action that these parts of a custom id, which stood between colons, describe.
            #[must_use]
            pub fn parse(parts: &[&str]) -> Option<Self> {
                match *parts {
                    $(
                        [$word, $($field),*] => Some(Self::$action {
                            $( $field: <$codec as Codec<$type>>::decode($field)? ),*
                        }),
                    )*
                    _ => None,
                }
            }

            /// Each action twice: with the shortest and with the longest values.
            #[cfg(test)]
            pub fn examples() -> Vec<Self> {
                let mut examples = Vec::new();
                for length in [Length::Shortest, Length::Longest] {
                    $(
                        examples.push(Self::$action {
                            $( $field: <$type as Example>::example(length) ),*
                        });
                    )*
                }
                examples
            }
        }
    };
}

pub(super) use actions;
