Feature: Causes

  Scenario: The recovery of a parent pages nobody for its children
    Given it is 2026-03-03 10:00 in Asia/Shanghai
    And the unit Network with Li Na
    And people are reached by sms
    And critical incidents are told to Li Na
    And the switch core-sw-2 of Network with 5 servers behind it
    When core-sw-2 stops answering
    And 3 minutes pass
    Then there is 1 open incident and its cause is core-sw-2
    And Li Na is paged by sms
    # The servers take longer to come back than the switch.
    When only core-sw-2 answers again
    And 4 minutes pass
    Then nobody is told anything
    When core-sw-2 answers again
    And 5 minutes pass
    Then the incident is closed
    And Li Na is told by sms that it is over
    And nobody else is told anything
