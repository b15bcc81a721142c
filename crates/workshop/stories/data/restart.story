Feature: Restarts

  Scenario: A restart neither pages again nor forgets whom to tell of the end
    Given it is 2026-03-03 10:00 in Asia/Shanghai
    And the unit Network with Li Na
    And people are reached by sms
    And critical incidents are told to Li Na
    And the switch core-sw-2 of Network with 3 servers behind it
    When core-sw-2 stops answering
    And 3 minutes pass
    Then there is 1 open incident and its cause is core-sw-2
    And Li Na is paged by sms
    When the server is restarted
    And 10 minutes pass
    Then there is 1 open incident and its cause is core-sw-2
    And nobody is told anything
    When the server is restarted
    And core-sw-2 answers again
    And 5 minutes pass
    Then the incident is closed
    And Li Na is told by sms that it is over
    And nobody else is told anything
