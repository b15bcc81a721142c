Feature: Corrections

  Scenario: A corrected cause is remembered as a lesson, and counts once it is confirmed
    Given it is 2026-03-05 09:00 in Asia/Shanghai
    And the unit Network with Li Na
    And the switch core-sw-2 of Network with 0 servers behind it
    And the switch power-1 of Network with 0 servers behind it
    When core-sw-2 stops answering
    And power-1 stops answering
    And 5 minutes pass
    Then 2 incidents are open
    When Li Na says that the cause of core-sw-2 is power-1
    And Li Na confirms what was learned
    And core-sw-2 answers again
    And power-1 answers again
    And 2 hours pass
    Then no incidents are open
    When core-sw-2 stops answering
    And power-1 stops answering
    And 5 minutes pass
    Then there is 1 open incident and its cause is power-1
    And 1 alerts follow from it
