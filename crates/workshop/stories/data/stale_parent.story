Feature: Causes

  Scenario: A child that is asked before its parent tells nobody
    Given it is 2026-03-03 10:00 in Asia/Shanghai
    And the unit Network with Li Na
    And people are reached by sms
    And critical incidents are told to Li Na
    And the switch core-sw-2 of Network with 1 servers behind it
    And core-sw-2 is asked every 30 minutes
    When core-sw-2 stops answering
    And 3 minutes pass
    # The switch was not due yet: it was asked because its server had failed.
    Then there is 1 open incident and its cause is core-sw-2
    And Li Na is paged by sms
    And nobody else is told anything
