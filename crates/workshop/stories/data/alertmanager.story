Feature: Alerts of other systems

  Scenario: What another Prometheus finds opens an incident, once, and a ticket
    Given it is 2026-03-02 09:00 in Asia/Shanghai
    And the unit Network with Li Na
    And people are reached by sms and chat
    And critical incidents are told to Li Na
    And critical incidents are told to the group
    And each critical incident opens a ticket of Network
    And the switch core-sw-2 of Network with 1 servers behind it
    When Prometheus tells of the critical alert DiskFull on srv-1
    And 1 minute passes
    And Prometheus tells of the critical alert DiskFull on srv-1
    And 1 minute passes
    Then there is 1 open incident and its cause is srv-1
    And Li Na is paged by sms
    And the group is told by chat of "srv-1"
    And nobody else is told anything
    And there is 1 ticket for it in Network
    # Nobody sends it again.
    When 10 minutes pass
    Then the incident is closed
    And Li Na is told by sms that it is over
    And the group is told by chat of "srv-1"
    And nobody else is told anything
    And the ticket is "Resolved"
