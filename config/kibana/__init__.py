"""What analysts see in Kibana: searches, dashboards and rules, described in YAML and made into what Kibana takes."""
