//! What is sent to a service and what is made of its answers.
